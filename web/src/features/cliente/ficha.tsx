import { mdiEyeOffOutline, mdiEyeOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState, type ReactNode } from 'react';

import { Icone } from '../../components/icone';
import { cidadeUf, cpf, data, dataHora, linkTelefone, telefone } from '../../lib/formatos';
import { RevelarDialogo, useRevelado } from './revelar';
import { t } from './textos';
import type { Perfil } from './tipos';

const OCULTO = '•••••';

/** Who the client is: the data of the record, with what is hidden behind a purpose. */
export function Ficha({ perfil }: { perfil: Perfil }) {
  const [pedindo, setPedindo] = useState(false);
  const revelado = useRevelado();
  const { dados } = revelado;
  const claro = dados !== undefined || !perfil.mascarado;
  const nascimento = dados === undefined ? perfil.data_nascimento : (dados.data_nascimento ?? null);
  const tel = linkTelefone(perfil.celular);

  return (
    <Paper variant="outlined" component="section" aria-labelledby="ficha-titulo" sx={{ p: { xs: 2, sm: 2.5 } }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', justifyContent: 'space-between', mb: 1.5, minHeight: 36 }}>
        <Typography variant="h2" id="ficha-titulo">
          {t('cliente.secoes.dados')}
        </Typography>
        {perfil.mascarado && perfil.pode.revelar && dados === undefined && (
          <Button size="small" startIcon={<Icone d={mdiEyeOutline} />} onClick={() => setPedindo(true)} data-revelar>
            {t('cliente.revelar')}
          </Button>
        )}
        {dados !== undefined && (
          <Button size="small" startIcon={<Icone d={mdiEyeOffOutline} />} onClick={revelado.ocultar} data-ocultar>
            {t('cliente.ocultar')}
          </Button>
        )}
      </Box>
      {dados !== undefined && (
        <Typography variant="body2" sx={{ mb: 1.5, px: 1.5, py: 1, borderRadius: 1, color: 'var(--cor-atencao)', bgcolor: 'var(--cor-atencao-fundo)' }} data-restantes={dados.restantes}>
          {t('cliente.somem', { segundos: revelado.segundos })} {dados.restantes === 1 ? t('cliente.restante') : t('cliente.restantes', { n: dados.restantes })}
        </Typography>
      )}
      {perfil.mascarado && (
        <span className="so-leitor" role="status">
          {dados === undefined ? '' : t('cliente.revelados', { segundos: revelado.segundos > 0 ? 60 : 0 })}
        </span>
      )}
      <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(0, auto) minmax(0, 1fr)', columnGap: 2, rowGap: 1 }}>
        <Dado nome={t('campos.cpf')} campo="cpf">
          {cpf(dados?.cpf ?? perfil.cpf)}
        </Dado>
        <Dado nome={t('campos.data_nascimento')} campo="data_nascimento">
          {claro ? data(nascimento) : OCULTO}
          {perfil.idade !== null && ` · ${perfil.idade === 1 ? t('cliente.ano') : t('cliente.anos', { n: perfil.idade })}`}
        </Dado>
        <Dado nome={t('campos.nome_mae')} campo="nome_mae">
          {claro ? (dados === undefined ? perfil.nome_mae : dados.nome_mae) || t('comum.semValor') : OCULTO}
        </Dado>
        <Dado nome={t('campos.sexo')}>{perfil.sexo === null ? t('comum.semValor') : t(`cliente.sexos.${perfil.sexo}`)}</Dado>
        <Dado nome={t('campos.celular')}>{tel === undefined ? telefone(perfil.celular) : <Link href={tel}>{telefone(perfil.celular)}</Link>}</Dado>
        <Dado nome={t('campos.email')}>{perfil.email === null ? t('comum.semValor') : <Link href={`mailto:${perfil.email}`}>{perfil.email}</Link>}</Dado>
        <Dado nome={t('lista.cidade')}>{cidadeUf(perfil.cidade, perfil.uf)}</Dado>
        <Dado nome={t('campos.cep')}>{perfil.cep ?? t('comum.semValor')}</Dado>
        <Dado nome={t('campos.created_at')}>{data(perfil.created_at)}</Dado>
        <Dado nome={t('campos.updated_at')}>{dataHora(perfil.updated_at)}</Dado>
      </Box>
      {pedindo && (
        <RevelarDialogo
          clienteId={perfil.id_cliente}
          aoFechar={() => setPedindo(false)}
          aoRevelar={(novos) => {
            setPedindo(false);
            revelado.mostrar(novos);
          }}
        />
      )}
    </Paper>
  );
}

function Dado({ nome, campo, children }: { nome: string; campo?: string; children: ReactNode }) {
  return (
    <>
      <Typography component="dt" variant="body2" color="textSecondary">
        {nome}
      </Typography>
      <Typography component="dd" variant="body2" data-dado={campo} sx={{ m: 0, overflowWrap: 'anywhere', fontWeight: 500 }}>
        {children}
      </Typography>
    </>
  );
}
