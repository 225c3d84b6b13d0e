import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { Link, useLocation } from 'wouter';

import { avisar } from '../../lib/aviso';
import { mensagemDeErro, type ApiError } from '../../lib/erro-api';
import { irSemPergunta } from '../../lib/rascunhos';
import { useDespacho } from '../../lib/store';
import { useReativarClienteMutation } from './api';
import { t } from './textos';

interface Existente {
  id: number | undefined;
  ativo: boolean;
  podeReativar: boolean;
}

/** The client that has the CPF already, if the refusal is that. */
export function lerDuplicado(erro: ApiError | undefined): Existente | undefined {
  if (erro?.codigo !== 'cpf_duplicado') return undefined;
  const { id_cliente: id, ativo, pode_reativar: pode } = erro.dados ?? {};
  return { id: typeof id === 'number' ? id : undefined, ativo: ativo !== false, podeReativar: pode === true };
}

/** Says who has the CPF and leads there; a deactivated one can be brought back. */
export function Duplicado({ existente, nome, aoSair }: { existente: Existente; nome: string; aoSair: () => void }) {
  const [, ir] = useLocation();
  const despachar = useDespacho();
  const [reativar, { isLoading, error }] = useReativarClienteMutation();
  const { id } = existente;

  async function trazer(): Promise<void> {
    if (id === undefined) return;
    const feito = await reativar(id);
    if (feito.error) return;
    despachar(avisar(t('cliente.reativado', { nome })));
    aoSair();
    irSemPergunta(() => ir(`/clientes/${id}`));
  }

  return (
    <Alert severity="warning" role="alert" sx={{ mt: 1 }}>
      {t(id === undefined ? 'cliente.duplicadoOculto' : existente.ativo ? 'cliente.duplicado' : 'cliente.duplicadoInativo')}
      {error !== undefined && <div>{mensagemDeErro(error)}</div>}
      {id !== undefined && (
        <Stack direction="row" useFlexGap spacing={1} sx={{ flexWrap: 'wrap', mt: 1 }}>
          <Button component={Link} href={`/clientes/${id}`} size="small" color="inherit" variant="outlined">
            {t('cliente.duplicadoAbrir')}
          </Button>
          {!existente.ativo && existente.podeReativar && (
            <Button size="small" color="inherit" variant="outlined" loading={isLoading} onClick={() => void trazer()}>
              {t('cliente.duplicadoReativar')}
            </Button>
          )}
        </Stack>
      )}
    </Alert>
  );
}
