import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { FormEvent, ReactNode } from 'react';
import { Link } from 'wouter';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { mensagemDeErro, type ApiError } from '../../lib/erro-api';
import { CamposCliente } from './campos-cliente';
import { Duplicado, lerDuplicado } from './duplicado';
import { primeiroErro } from './formulario';
import { t } from './textos';
import type { useFormulario } from './usar-formulario';

interface Props {
  estado: ReturnType<typeof useFormulario>;
  mascarado: boolean;
  cpfAtual?: string;
  erro: ApiError | undefined;
  ocupado: boolean;
  confirmar: string;
  voltar: string;
  aoEnviar: () => void;
  children?: ReactNode;
}

/** The form around the inputs: what went wrong, save, leave. */
export function FormularioTela({ estado, mascarado, cpfAtual, erro, ocupado, confirmar, voltar, aoEnviar, children }: Props) {
  const duplicado = estado.erros.cpf === undefined ? lerDuplicado(erro) : undefined;
  const noCampo = primeiroErro(estado.erros) !== undefined;

  function enviar(evento: FormEvent): void {
    evento.preventDefault();
    if (!ocupado) aoEnviar();
  }

  return (
    <form onSubmit={enviar} noValidate>
      {estado.recuperado && (
        <Alert
          severity="info"
          sx={{ mb: 2 }}
          action={
            <Button color="inherit" size="small" onClick={estado.descartar}>
              {t('cliente.rascunhoDescartar')}
            </Button>
          }
        >
          {t('cliente.rascunho')}
        </Alert>
      )}
      <CamposCliente
        form={estado.form}
        erros={estado.erros}
        mascarado={mascarado}
        cpfAtual={cpfAtual}
        aoMudar={estado.mudar}
        duplicado={duplicado && <Duplicado existente={duplicado} nome={estado.form.nome_completo} aoSair={estado.largar} />}
      />
      <Box sx={{ position: { xs: 'static', sm: 'sticky' }, bottom: 0, zIndex: 2, mx: -1, px: 1, py: 1.5, bgcolor: 'background.default', display: 'grid', gap: 1.5 }}>
        {erro !== undefined && erro.codigo !== 'cpf_duplicado' && erro.codigo !== 'versao_antiga' && (
          <Alert severity="error">{erro.status === 0 ? t('cliente.semResposta') : noCampo ? t('cliente.confira') : mensagemDeErro(erro)}</Alert>
        )}
        {children}
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', justifyContent: 'flex-end' }}>
          <Button component={Link} href={voltar} disabled={ocupado}>
            {t('comum.cancelar')}
          </Button>
          <Button type="submit" variant="contained" loading={ocupado}>
            {confirmar}
          </Button>
        </Box>
      </Box>
      <ConfirmaDialogo
        aberto={estado.guarda.esperando}
        titulo={t('cliente.sairTitulo')}
        texto={t('cliente.sairTexto')}
        cancelar={t('cliente.sairFicar')}
        confirmar={t('cliente.sairSeguir')}
        perigo
        aoConfirmar={() => {
          estado.largar();
          estado.guarda.seguir();
        }}
        aoFechar={estado.guarda.ficar}
      />
    </form>
  );
}
