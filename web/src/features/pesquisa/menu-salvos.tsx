import { mdiBookmarkMultipleOutline, mdiCheck, mdiLinkVariant, mdiTrashCanOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import Typography from '@mui/material/Typography';
import { useState, type FormEvent } from 'react';

import { Campo } from '../../components/campo';
import { Icone } from '../../components/icone';
import { useCopia } from '../../components/usar-copia';
import { avisar } from '../../lib/aviso';
import { identificaPessoa } from '../../lib/reconhecer';
import { useDespacho } from '../../lib/store';
import { BotaoCaixa } from './barra';
import { escrever, type Busca } from './estado';
import { apagar, buscaDe, cheia, emUso, erroDoNome, impedimento, NOME_MAX, perdeAlgo, salvar, SALVOS_MAX, tem, type ErroNome, type Salvo } from './salvos';
import { t } from './textos';

interface Props {
  /** A shorter name of the button. */
  curto: boolean;
  salvos: readonly Salvo[];
  busca: Busca;
  aoMudar: (salvos: Salvo[]) => void;
  aoUsar: (busca: Busca) => void;
}

/** Named sets of filters: use, save, delete; and the link of the present search. */
export function MenuSalvos(props: Props) {
  return (
    <BotaoCaixa rotulo={t(props.curto ? 'pesquisa.salvosCurto' : 'pesquisa.salvos')} icone={mdiBookmarkMultipleOutline}>
      <Conteudo {...props} />
    </BotaoCaixa>
  );
}

function Conteudo({ salvos, busca, aoMudar, aoUsar }: Omit<Props, 'curto'>) {
  const [apagado, setApagado] = useState<{ nome: string; antes: readonly Salvo[] }>();

  return (
    <Box sx={{ width: 340, maxWidth: '100%' }}>
      {salvos.length === 0 ? (
        <Typography color="textSecondary" sx={{ px: 2, pt: 2 }}>
          {t('pesquisa.salvosNenhum')}
        </Typography>
      ) : (
        <List dense aria-label={t('pesquisa.salvos')} sx={{ maxHeight: 280, overflowY: 'auto' }}>
          {salvos.map((s) => (
            <ListItem
              key={s.nome}
              disablePadding
              secondaryAction={
                <IconButton
                  edge="end"
                  size="small"
                  aria-label={t('pesquisa.apagarSalvo', { nome: s.nome })}
                  onClick={() => {
                    setApagado({ nome: s.nome, antes: salvos });
                    aoMudar(apagar(salvos, s.nome));
                  }}
                >
                  <Icone d={mdiTrashCanOutline} fontSize="small" />
                </IconButton>
              }
            >
              <ListItemButton onClick={() => aoUsar(buscaDe(s))} selected={emUso(s, busca)}>
                <ListItemText primary={s.nome} />
                {emUso(s, busca) && <Icone d={mdiCheck} fontSize="small" />}
              </ListItemButton>
            </ListItem>
          ))}
        </List>
      )}
      <Box role="status" sx={{ px: 2 }}>
        {apagado !== undefined && (
          <Typography variant="body2">
            {t('pesquisa.apagado', { nome: apagado.nome })}{' '}
            {/* The button that was pressed is gone with its filter: the focus goes on here. */}
            <Button
              key={apagado.nome}
              ref={focar}
              size="small"
              onClick={() => {
                aoMudar([...apagado.antes]);
                setApagado(undefined);
              }}
            >
              {t('pesquisa.desfazer')}
            </Button>
          </Typography>
        )}
      </Box>
      <Divider sx={{ mt: 1.5 }} />
      <Salvar
        salvos={salvos}
        busca={busca}
        aoMudar={(novos) => {
          // What was deleted does not come back over what was saved since.
          setApagado(undefined);
          aoMudar(novos);
        }}
      />
      <Divider />
      <CopiarLink busca={busca} />
    </Box>
  );
}

function focar(no: HTMLElement | null): void {
  no?.focus();
}

function Salvar({ salvos, busca, aoMudar }: Omit<Props, 'aoUsar' | 'curto'>) {
  const despachar = useDespacho();
  const [nome, setNome] = useState('');
  const [tentou, setTentou] = useState(false);
  const motivo = impedimento(busca);
  const erroAgora = erroDoNome(nome) ?? (cheia(salvos, nome) ? 'cheia' : undefined);
  const erro = tentou ? erroAgora : undefined;

  function enviar(evento: FormEvent): void {
    evento.preventDefault();
    setTentou(true);
    if (motivo !== undefined || erroAgora !== undefined) return;
    aoMudar(salvar(salvos, nome, busca));
    despachar(avisar(t('pesquisa.salvarFeito', { nome: nome.trim() })));
    setNome('');
    setTentou(false);
  }

  if (motivo !== undefined) {
    return (
      <Typography variant="body2" color="textSecondary" sx={{ p: 2 }} data-impedido={motivo}>
        {t(motivo === 'pessoa' ? 'pesquisa.salvarPessoa' : 'pesquisa.salvarVazio')}
      </Typography>
    );
  }
  return (
    <Box component="form" onSubmit={enviar} noValidate sx={{ p: 2, display: 'grid', gap: 1.5 }}>
      <Campo nome="salvar-nome" rotulo={t('pesquisa.salvarNome')} value={nome} onChange={(e) => setNome(e.target.value)} erro={erro && textoDoErro(erro)} dica={tem(salvos, nome) ? t('pesquisa.salvarTroca') : undefined} dicaViva inputProps={{ autoComplete: 'off' }} />
      {perdeAlgo(busca) && (
        <Typography variant="body2" color="textSecondary">
          {t('pesquisa.salvarSemTexto')}
        </Typography>
      )}
      <Button type="submit" variant="contained">
        {t('pesquisa.salvarAtual')}
      </Button>
      <Typography variant="caption" color="textSecondary">
        {t('pesquisa.salvosOnde')}
      </Typography>
    </Box>
  );
}

function textoDoErro(erro: ErroNome | 'cheia'): string {
  if (erro === 'cheia') return t('pesquisa.salvosCheia', { n: SALVOS_MAX });
  if (erro === 'falta') return t('pesquisa.salvarFalta');
  return erro === 'longo' ? t('pesquisa.salvarLongo', { n: NOME_MAX }) : t('pesquisa.salvarPessoaNome');
}

/** The address of the search, for others: without a text that identifies somebody. */
function CopiarLink({ busca }: { busca: Busca }) {
  const copia = useCopia();
  const pessoa = identificaPessoa(busca.texto);

  function copiar(): void {
    const consulta = escrever(pessoa ? { ...busca, texto: '' } : busca, () => '');
    copia(`${location.origin}${location.pathname}${consulta === '' ? '' : `?${consulta}`}`, t(pessoa ? 'pesquisa.linkSemTexto' : 'pesquisa.linkCopiado'));
  }
  return (
    <Button color="inherit" fullWidth startIcon={<Icone d={mdiLinkVariant} />} onClick={copiar} sx={{ justifyContent: 'flex-start', px: 2, py: 1.25, borderRadius: 0 }}>
      {t('pesquisa.copiarLink')}
    </Button>
  );
}
