import { mdiAccountPlusOutline } from '@mdi/js';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useHistoryState } from 'wouter/use-browser-location';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Pagina } from '../../components/pagina';
import { PaginaVazia } from '../../components/pagina-vazia';
import { Paginacao } from '../../components/paginacao';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { useDigitado } from '../../lib/digitado';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { dataHora, inteiro } from '../../lib/formatos';
import { AcoesUsuario } from './acoes-usuario';
import { useUsuariosQuery, type Usuario } from './api';
import { Segredo } from './segredo';
import { t } from './textos';
import { UsuarioDialogo } from './usuario-dialogo';

const POR_PAGINA = 50;

/** Who may enter, as what, and what can be done about it. */
export function Usuarios() {
  const { lerNumero, mudar } = useFiltrosUrl();
  // A name or an e-mail is personal data: not for the address (LGPD-1). The palette hands over whom it found.
  const achado = useHistoryState<{ busca?: string } | null>()?.busca;
  const [busca, setBusca] = useState(achado);
  const [visto, setVisto] = useState(achado);
  if (achado !== visto) {
    setVisto(achado);
    if (achado !== undefined) setBusca(achado);
  }
  const consulta = useUsuariosQuery({ page: lerNumero('page') ?? 1, size: POR_PAGINA, busca });
  const [criando, setCriando] = useState(false);
  const [editado, setEditado] = useState<Usuario | null>(null);
  const [senha, setSenha] = useState<{ nome: string; senha: string } | null>(null);

  function procurar(texto: string | undefined): void {
    setBusca(texto);
    mudar({ page: undefined });
  }

  const colunas: readonly Coluna<Usuario>[] = [
    ...COLUNAS,
    {
      id: 'acoes',
      titulo: t('lista.acoes'),
      acoes: true,
      valor: (u) => (
        <AcoesUsuario usuario={u} aoEditar={() => setEditado(u)} aoGerarSenha={(nova) => setSenha({ nome: u.nome, senha: nova })} />
      ),
    },
  ];

  return (
    <Pagina
      titulo={t('usuarios.titulo')}
      acoes={
        <Button variant="contained" startIcon={<Icone d={mdiAccountPlusOutline} />} onClick={() => setCriando(true)}>
          {t('usuarios.novo')}
        </Button>
      }
    >
      <Busca valor={busca} aoMudar={procurar} />
      {consulta.error ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      ) : consulta.data === undefined ? (
        <Carregando />
      ) : consulta.data.usuarios.length === 0 && consulta.data.total > 0 ? (
        <PaginaVazia aoVoltar={() => mudar({ page: undefined })} />
      ) : consulta.data.usuarios.length === 0 ? (
        <Vazio
          titulo={t('usuarios.vazio')}
          acao={busca && <Button onClick={() => procurar(undefined)}>{t('comum.limparFiltros')}</Button>}
        />
      ) : (
        <>
          <Tabela legenda={t('usuarios.titulo')} colunas={colunas} linhas={consulta.data.usuarios} chave={(u) => u.id} />
          <Paginacao page={consulta.data.page} pages={consulta.data.pages} aoMudar={(page) => mudar({ page })} />
        </>
      )}
      {(criando || editado) && (
        <UsuarioDialogo
          usuario={editado}
          aoFechar={() => {
            setCriando(false);
            setEditado(null);
          }}
          aoCriar={(nome, nova) => setSenha({ nome, senha: nova })}
        />
      )}
      {senha && <Segredo titulo={t('usuarios.senhaTitulo', { nome: senha.nome })} texto={t('usuarios.senhaTexto')} segredo={senha.senha} aoFechar={() => setSenha(null)} />}
    </Pagina>
  );
}

const COLUNAS: readonly Coluna<Usuario>[] = [
  { id: 'nome', titulo: t('usuarios.nome'), principal: true, valor: (u) => u.nome },
  { id: 'email', titulo: t('usuarios.email'), valor: (u) => u.email },
  { id: 'papel', titulo: t('usuarios.papel'), valor: (u) => t(`papeis.${u.papel}`) },
  { id: 'estado', titulo: t('usuarios.estado'), valor: (u) => <Estado usuario={u} /> },
  { id: 'acesso', titulo: t('usuarios.ultimoAcesso'), valor: (u) => dataHora(u.ultimo_acesso) },
  { id: 'sessoes', titulo: t('usuarios.sessoes'), numero: true, valor: (u) => inteiro(u.sessoes) },
];

function Estado({ usuario }: { usuario: Usuario }) {
  return (
    <Stack component="span" direction="row" spacing={0.5} useFlexGap sx={{ flexWrap: 'wrap', display: 'inline-flex' }}>
      <Chip size="small" variant="outlined" color={usuario.ativo ? 'success' : 'default'} label={t(usuario.ativo ? 'usuarios.ativo' : 'usuarios.desativado')} />
      {usuario.bloqueado && <Chip size="small" color="error" variant="outlined" label={t('usuarios.bloqueado')} />}
      {usuario.online && <Chip size="small" label={t('presenca.online')} />}
    </Stack>
  );
}

/** Searches while typing, after a pause. */
function Busca({ valor, aoMudar }: { valor: string | undefined; aoMudar: (texto: string | undefined) => void }) {
  const { texto, digitar } = useDigitado(valor ?? '', aoMudar);
  return (
    <TextField
      type="search"
      label={t('usuarios.busca')}
      value={texto}
      onChange={(e) => digitar(e.target.value)}
      sx={{ mb: 2, maxWidth: 420 }}
    />
  );
}
