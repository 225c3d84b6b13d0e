import { mdiAccountArrowRightOutline, mdiAccountCancelOutline, mdiAccountRemoveOutline, mdiDotsVertical, mdiHistory, mdiPencilOutline, mdiPhoneOutline, mdiWhatsapp } from '@mdi/js';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { skipToken } from '@reduxjs/toolkit/query/react';
import { useState, type ReactNode } from 'react';
import { Link as Rota, useParams } from 'wouter';

import { LiberarDialogo, RealocarDialogo, type ClienteMovel } from '../../components/acoes-cliente';
import { Carregando } from '../../components/carregando';
import { Cifra, Cifras } from '../../components/cifras';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { Periodo } from '../../components/periodo';
import { Vazio } from '../../components/vazio';
import { linkHistorico } from '../../lib/auditoria';
import { avisar } from '../../lib/aviso';
import { ehApiError, mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario } from '../../lib/eu';
import { useEvento } from '../../lib/eventos';
import { data, diaDoInstante, inteiro, linkTelefone, moeda, telefone } from '../../lib/formatos';
import { idDoEndereco } from '../../lib/id-do-endereco';
import { useDespacho } from '../../lib/store';
import { linkConversa } from '../../lib/whatsapp';
import { useDesativarClienteMutation, usePerfilQuery, useReativarClienteMutation } from './api';
import { AcoesDaCarteira, PassoDoCliente } from './carteira';
import { Ficha } from './ficha';
import { Historico } from './historico';
import { t } from './textos';
import type { Perfil } from './tipos';

/** Everything about one client. */
export function Cliente() {
  const { id: texto } = useParams();
  const id = idDoEndereco(texto);
  const perfil = usePerfilQuery(id ?? skipToken, { refetchOnMountOrArgChange: true });

  // Each reading is written to the audit: only what touched this client reads it again.
  useEvento(['cliente_contatado', 'cliente_realocado', 'cliente_liberado', 'cliente_recuperado', 'contato_desfeito', 'proximo_passo', 'recarregar'], (evento) => {
    if ((evento.tipo === 'recarregar' || evento.dados.cliente_id === id) && perfil.isSuccess) void perfil.refetch();
  });

  // '/clientes/novo' comes here when the user may not create.
  if (texto === 'novo') return <PaginaErro tipo="403" />;
  if (id === undefined) return <PaginaErro tipo="404" />;
  if (perfil.currentData !== undefined) return <Perfilado perfil={perfil.currentData} />;
  if (ehApiError(perfil.error) && perfil.error.status === 404) {
    return (
      <Pagina titulo={t('cliente.titulo')}>
        <Vazio titulo={t('cliente.inexistente')} texto={t('cliente.inexistenteTexto')} acao={<Button component={Rota} href="/clientes" variant="contained">{t('cliente.lista')}</Button>} />
      </Pagina>
    );
  }
  return (
    <Pagina titulo={t('cliente.titulo')}>
      {perfil.error === undefined ? <Carregando forma="tela" quantos={8} /> : <Falha erro={perfil.error} tentar={() => void perfil.refetch()} />}
    </Pagina>
  );
}

function Perfilado({ perfil }: { perfil: Perfil }) {
  return (
    <Pagina titulo={perfil.nome_completo} detalhe={<Marcas perfil={perfil} />} acoes={<Acoes perfil={perfil} />}>
      <Estados perfil={perfil} />
      <PassoDoCliente perfil={perfil} />
      <Resumo perfil={perfil} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(320px, 400px) minmax(0, 1fr)' }, alignItems: 'start' }}>
        <Ficha key={perfil.id_cliente} perfil={perfil} />
        <Historico key={`h${perfil.id_cliente}`} perfil={perfil} />
      </Box>
    </Pagina>
  );
}

function Marcas({ perfil }: { perfil: Perfil }) {
  return (
    <Box sx={{ display: 'flex', gap: 0.75, flexWrap: 'wrap', alignItems: 'center' }}>
      <Chip size="small" variant="outlined" label={t(`status.${perfil.status}`)} />
      {!perfil.ativo && <Chip size="small" color="error" variant="outlined" label={t('lista.clienteDesativado')} />}
    </Box>
  );
}

function Estados({ perfil }: { perfil: Perfil }) {
  return (
    <>
      {!perfil.ativo && (
        <Alert severity="warning" sx={{ mb: 2 }} action={perfil.pode.desativar && <Reativar perfil={perfil} />}>
          <AlertTitle>{t('cliente.ativoAviso')}</AlertTitle>
          {t('cliente.desativadoTexto')}
        </Alert>
      )}
      {perfil.nao_contatar && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          <AlertTitle>{t('cliente.naoContatar')}</AlertTitle>
          {t('cliente.naoContatarTexto')}
        </Alert>
      )}
    </>
  );
}

function Resumo({ perfil }: { perfil: Perfil }) {
  const eu = useUsuario();
  const { total, media } = perfil.pedidos;
  const aberta = perfil.atribuicoes.find((a) => a.encerrada_em === null);
  const verCarteira = perfil.vendedor !== null && (pode(eu, 'carteira.ver_todas') || perfil.vendedor.id === eu.id);
  return (
    <Cifras legenda={t('cliente.secoes.numeros')}>
      <Cifra
        nome={t('cliente.semComprar')}
        valor={<Periodo periodo={perfil.periodo} dias={perfil.dias_sem_comprar} />}
        detalhe={perfil.data_ultima_compra === null ? t('cliente.nuncaComprou') : t('cliente.ultimaCompra', { data: data(perfil.data_ultima_compra) })}
      />
      <Cifra nome={t('cliente.valorTotal')} valor={moeda(perfil.valor_total)} />
      <Cifra nome={t('cliente.pedidosN')} valor={inteiro(total)} detalhe={media === null ? undefined : t('cliente.ticket', { valor: moeda(media) })} />
      <Cifra
        nome={t('cliente.comQuem')}
        valor={
          <>
            {perfil.vendedor === null ? t('cliente.ninguem') : verCarteira ? <Link component={Rota} href={`/carteira/${perfil.vendedor.id}`} color="inherit">{perfil.vendedor.nome}</Link> : perfil.vendedor.nome}
          </>
        }
        detalhe={aberta && t('cliente.desdeDia', { data: diaDoInstante(aberta.data_atribuicao) })}
      />
    </Cifras>
  );
}

type Dialogo = 'realocar' | 'liberar' | 'desativar';

/** What can be done with the client, by right and state. */
function Acoes({ perfil }: { perfil: Perfil }) {
  const eu = useUsuario();
  const [dialogo, setDialogo] = useState<Dialogo>();
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const fechar = () => setDialogo(undefined);
  const aberta = perfil.atribuicoes.find((a) => a.encerrada_em === null);
  const movel: ClienteMovel = { id: perfil.id_cliente, nome: perfil.nome_completo, vendedor_atribuido: perfil.vendedor, contatado: aberta?.contatado ?? false };
  const tel = perfil.nao_contatar ? undefined : linkTelefone(perfil.celular);
  const zap = perfil.nao_contatar ? undefined : linkConversa(perfil.celular, eu);

  function abrir(qual: Dialogo): void {
    setAncora(null);
    setDialogo(qual);
  }
  const item = (qual: Dialogo, texto: string, icone: string) => (
    <MenuItem key={qual} onClick={() => abrir(qual)} data-acao={qual}>
      <ListItemIcon>
        <Icone d={icone} fontSize="small" />
      </ListItemIcon>
      <ListItemText>{texto}</ListItemText>
    </MenuItem>
  );
  const itens: ReactNode[] = [];
  if (perfil.ativo && pode(eu, 'cliente.realocar')) itens.push(item('realocar', t('acoes.realocar'), mdiAccountArrowRightOutline));
  if (perfil.vendedor !== null && pode(eu, 'cliente.liberar')) itens.push(item('liberar', t('acoes.liberar'), mdiAccountRemoveOutline));
  if (perfil.ativo && perfil.pode.desativar) itens.push(item('desativar', t('cliente.desativar'), mdiAccountCancelOutline));

  const historico = linkHistorico(eu, 'clientes', perfil.id_cliente);
  if (historico !== undefined) {
    itens.push(
      <MenuItem key="historico" component={Rota} href={historico} data-acao="historico">
        <ListItemIcon>
          <Icone d={mdiHistory} fontSize="small" />
        </ListItemIcon>
        <ListItemText>{t('cliente.auditoria')}</ListItemText>
      </MenuItem>,
    );
  }

  return (
    <>
      {tel && (
        <Button component="a" href={tel} startIcon={<Icone d={mdiPhoneOutline} />} sx={SO_ICONE} aria-label={t('contato.ligarPara', { nome: perfil.nome_completo, telefone: telefone(perfil.celular) })}>
          <Largo>{t('cliente.ligar')}</Largo>
        </Button>
      )}
      {zap && (
        <Button component="a" href={zap} target="_blank" rel="noopener noreferrer" startIcon={<Icone d={mdiWhatsapp} />} sx={SO_ICONE} aria-label={t('contato.whatsappPara', { nome: perfil.nome_completo })}>
          <Largo>{t('cliente.whatsapp')}</Largo>
        </Button>
      )}
      {perfil.pode.alterar && (
        <Button component={Rota} href={`/clientes/${perfil.id_cliente}/editar`} variant="outlined" startIcon={<Icone d={mdiPencilOutline} />}>
          {t('cliente.editar')}
        </Button>
      )}
      <AcoesDaCarteira perfil={perfil} aberta={aberta} />
      {itens.length > 0 && (
        <>
          <IconButton aria-label={t('cliente.mais')} aria-haspopup="menu" aria-expanded={ancora !== null} onClick={(e) => setAncora(e.currentTarget)}>
            <Icone d={mdiDotsVertical} />
          </IconButton>
          <Menu anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
            {itens}
          </Menu>
        </>
      )}
      {dialogo === 'realocar' && <RealocarDialogo cliente={movel} aoFechar={fechar} />}
      {dialogo === 'liberar' && <LiberarDialogo cliente={movel} aoFechar={fechar} />}
      {dialogo === 'desativar' && <Desativar perfil={perfil} vendedor={aberta?.vendedor.nome} aoFechar={fechar} />}
    </>
  );
}

function Desativar({ perfil, vendedor, aoFechar }: { perfil: Perfil; vendedor: string | undefined; aoFechar: () => void }) {
  const despachar = useDespacho();
  const [desativar, { isLoading, error }] = useDesativarClienteMutation();

  async function confirmar(): Promise<void> {
    const feito = await desativar({ id: perfil.id_cliente, versao: perfil.versao });
    if (feito.error) return;
    despachar(avisar(t('cliente.desativado', { nome: perfil.nome_completo })));
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('cliente.desativarTitulo', { nome: perfil.nome_completo })}
      texto={vendedor === undefined ? t('cliente.desativarTexto') : t('cliente.desativarAtribuicao', { vendedor })}
      confirmar={t('cliente.desativar')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}

function Reativar({ perfil }: { perfil: Perfil }) {
  const despachar = useDespacho();
  const [reativar, { isLoading }] = useReativarClienteMutation();

  async function confirmar(): Promise<void> {
    const feito = await reativar(perfil.id_cliente);
    despachar(feito.error ? avisar(mensagemDeErro(feito.error), 'erro') : avisar(t('cliente.reativado', { nome: perfil.nome_completo })));
  }

  return (
    <Button color="inherit" size="small" loading={isLoading} onClick={() => void confirmar()}>
      {t('cliente.reativar')}
    </Button>
  );
}
