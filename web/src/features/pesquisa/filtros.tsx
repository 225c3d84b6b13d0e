import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useState, type FormEvent, type ReactNode } from 'react';

import { Campo } from '../../components/campo';
import { SITUACOES, STATUS } from '../../lib/cliente';
import { inteiro } from '../../lib/formatos';
import { identificaPessoa } from '../../lib/reconhecer';
import { UFS } from '../../lib/ufs';
import type { Contagens } from './api';
import { alternar, IDADE_MAX, quantosFiltros, SEM_FILTROS, type Busca } from './estado';
import { Pilula } from './pilula';
import { emLista, idadeEmTexto } from './resumo';
import { t } from './textos';
import type { Passo } from './usar-busca';

interface Props {
  busca: Busca;
  facetas?: { situacao: Contagens; status: Contagens; uf: Contagens };
  aoMudar: (novos: Partial<Busca>, passo?: Passo) => void;
}

/** Every filter as a chip, and one way to take all of them out; on narrow screens one line that slides. */
export function Filtros({ busca, facetas, aoMudar }: Props) {
  return (
    <Box
      role="group"
      aria-label={t('pesquisa.filtros')}
      sx={{
        display: 'flex',
        flexWrap: { xs: 'nowrap', sm: 'wrap' },
        gap: 1,
        alignItems: 'center',
        minWidth: 0,
        mb: 1.5,
        // Room for the focus ring, which overflow would cut.
        mx: { xs: -1.5, sm: 0 },
        px: { xs: 1.5, sm: 0 },
        py: { xs: 0.5, sm: 0 },
        overflowX: { xs: 'auto', sm: 'visible' },
        scrollbarWidth: 'none',
        '& > *': { flexShrink: 0 },
      }}
    >
      <Pilula rotulo={t('pesquisa.nome')} valor={busca.nome || undefined} aoLimpar={() => aoMudar({ nome: '' })}>
        {(fechar) => <EditorTexto nome="filtro-nome" rotulo={t('pesquisa.nome')} dica={t('pesquisa.nomeDica')} valor={busca.nome} aoAplicar={(nome) => aplicar({ nome }, fechar)} />}
      </Pilula>
      <Pilula rotulo={t('pesquisa.cidade')} valor={busca.cidade || undefined} aoLimpar={() => aoMudar({ cidade: '' })}>
        {(fechar) => <EditorTexto nome="filtro-cidade" rotulo={t('pesquisa.cidade')} dica={t('pesquisa.cidadeDica')} valor={busca.cidade} aoAplicar={(cidade) => aplicar({ cidade }, fechar)} />}
      </Pilula>
      <Pilula rotulo={t('pesquisa.uf')} valor={emLista(busca.uf)} aoLimpar={() => aoMudar({ uf: [] })}>
        {() => (
          <EditorLista colunas={4} opcoes={UFS.map((uf) => ({ valor: uf, nome: uf }))} marcados={busca.uf} aoMudar={(uf) => aoMudar({ uf: alternar(busca.uf, uf, UFS) })} aoLimpar={() => aoMudar({ uf: [] })} />
        )}
      </Pilula>
      <Pilula rotulo={t('pesquisa.idade')} valor={idadeEmTexto(busca)} aoLimpar={() => aoMudar({ idadeMin: undefined, idadeMax: undefined })}>
        {(fechar) => <EditorIdade busca={busca} aoAplicar={(novos) => aplicar(novos, fechar)} />}
      </Pilula>
      <Pilula rotulo={t('pesquisa.situacao')} valor={emLista(busca.situacao.map((s) => t(`situacoes.${s}`)))} aoLimpar={() => aoMudar({ situacao: [] })}>
        {() => (
          <EditorLista
            opcoes={SITUACOES.map((s) => ({ valor: s, nome: t(`situacoes.${s}`), n: facetas?.situacao[s] }))}
            marcados={busca.situacao}
            aoMudar={(s) => aoMudar({ situacao: alternar(busca.situacao, s, SITUACOES) })}
            aoLimpar={() => aoMudar({ situacao: [] })}
          />
        )}
      </Pilula>
      <Pilula rotulo={t('pesquisa.status')} valor={emLista(busca.status.map((s) => t(`status.${s}`)))} aoLimpar={() => aoMudar({ status: [] })}>
        {() => (
          <EditorLista
            opcoes={STATUS.map((s) => ({ valor: s, nome: t(`status.${s}`), n: facetas?.status[s] }))}
            marcados={busca.status}
            aoMudar={(s) => aoMudar({ status: alternar(busca.status, s, STATUS) })}
            aoLimpar={() => aoMudar({ status: [] })}
          />
        )}
      </Pilula>
      <Pilula rotulo={t('pesquisa.cadastro')} valor={busca.ativo ? undefined : t('pesquisa.desativados')} aoLimpar={() => aoMudar({ ativo: true })}>
        {(fechar) => (
          <RadioGroup aria-label={t('pesquisa.cadastro')} value={busca.ativo ? 'sim' : 'nao'} onChange={(e) => aplicar({ ativo: e.target.value === 'sim' }, fechar)}>
            <FormControlLabel value="sim" control={<Radio size="small" />} label={t('pesquisa.ativos')} />
            <FormControlLabel value="nao" control={<Radio size="small" />} label={t('pesquisa.desativados')} />
          </RadioGroup>
        )}
      </Pilula>
      {quantosFiltros(busca) > 0 && (
        <Button size="small" onClick={() => aoMudar(SEM_FILTROS)} sx={{ flexShrink: 0 }}>
          {t('pesquisa.limparFiltros')}
        </Button>
      )}
    </Box>
  );

  function aplicar(novos: Partial<Busca>, fechar: () => void): void {
    aoMudar(novos);
    fechar();
  }
}

function EditorTexto({ nome, rotulo, dica, valor, aoAplicar }: { nome: string; rotulo: string; dica: string; valor: string; aoAplicar: (valor: string) => void }) {
  const [texto, setTexto] = useState(valor);
  const pessoal = identificaPessoa(texto);

  function enviar(evento: FormEvent): void {
    evento.preventDefault();
    if (!pessoal) aoAplicar(texto.trim());
  }

  return (
    <form onSubmit={enviar} noValidate>
      <Campo
        nome={nome}
        rotulo={rotulo}
        value={texto}
        onChange={(e) => setTexto(e.target.value)}
        dica={dica}
        erro={pessoal ? t('pesquisa.textoPessoal') : undefined}
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the editor opens for this field
        autoFocus
        inputProps={{ maxLength: 120, autoComplete: 'off' }}
      />
      <Botoes>
        <Button onClick={() => aoAplicar('')}>{t('pesquisa.limparFiltro')}</Button>
        <Button type="submit" variant="contained" disabled={pessoal}>
          {t('pesquisa.aplicar')}
        </Button>
      </Botoes>
    </form>
  );
}

const FAIXAS = [
  [18, 25],
  [26, 35],
  [36, 45],
  [46, 60],
  [61, undefined],
] as const;

function EditorIdade({ busca, aoAplicar }: { busca: Busca; aoAplicar: (novos: Pick<Busca, 'idadeMin' | 'idadeMax'>) => void }) {
  const [de, setDe] = useState(busca.idadeMin?.toString() ?? '');
  const [ate, setAte] = useState(busca.idadeMax?.toString() ?? '');
  const [tentou, setTentou] = useState(false);
  const lidos = lerFaixa(de, ate);

  function enviar(evento: FormEvent): void {
    evento.preventDefault();
    setTentou(true);
    if (lidos !== undefined) aoAplicar(lidos);
  }

  return (
    <form onSubmit={enviar} noValidate>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the editor opens for this field */}
        <Campo nome="idade-de" rotulo={t('pesquisa.idadeDe')} value={de} onChange={(e) => setDe(soDigitos(e.target.value))} autoFocus inputProps={{ inputMode: 'numeric' }} />
        <Campo nome="idade-ate" rotulo={t('pesquisa.idadeAte')} value={ate} onChange={(e) => setAte(soDigitos(e.target.value))} inputProps={{ inputMode: 'numeric' }} />
      </Box>
      {tentou && lidos === undefined && (
        <Typography role="alert" variant="body2" color="error" sx={{ mt: 1 }}>
          {t('pesquisa.idadeErro')}
        </Typography>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, mt: 1.5 }}>
        {FAIXAS.map(([min, max]) => (
          <Button key={min} size="small" variant="outlined" onClick={() => aoAplicar({ idadeMin: min, idadeMax: max })}>
            {max === undefined ? `${min}+` : `${min}–${max}`}
          </Button>
        ))}
      </Box>
      <Botoes>
        <Button onClick={() => aoAplicar({ idadeMin: undefined, idadeMax: undefined })}>{t('pesquisa.limparFiltro')}</Button>
        <Button type="submit" variant="contained">
          {t('pesquisa.aplicar')}
        </Button>
      </Botoes>
    </form>
  );
}

function lerFaixa(de: string, ate: string): Pick<Busca, 'idadeMin' | 'idadeMax'> | undefined {
  const idadeMin = de === '' ? undefined : Number(de);
  const idadeMax = ate === '' ? undefined : Number(ate);
  const cabe = [idadeMin, idadeMax].every((n) => n === undefined || (n >= 0 && n <= IDADE_MAX));
  return cabe && (idadeMin ?? 0) <= (idadeMax ?? IDADE_MAX) ? { idadeMin, idadeMax } : undefined;
}

const soDigitos = (texto: string) => texto.replace(/\D/g, '').slice(0, 3);

interface OpcaoLista<T> {
  valor: T;
  nome: string;
  n?: number;
}

function EditorLista<T extends string>(props: { opcoes: readonly OpcaoLista<T>[]; marcados: readonly T[]; colunas?: number; aoMudar: (valor: T) => void; aoLimpar: () => void }) {
  return (
    <>
      <Box sx={{ display: 'grid', gridTemplateColumns: `repeat(${props.colunas ?? 1}, minmax(0, 1fr))` }}>
        {props.opcoes.map((o) => (
          <FormControlLabel
            key={o.valor}
            control={<Checkbox size="small" checked={props.marcados.includes(o.valor)} onChange={() => props.aoMudar(o.valor)} sx={{ py: 0.5 }} />}
            label={
              <Box component="span" sx={{ display: 'flex', gap: 1, justifyContent: 'space-between' }}>
                {o.nome}
                {o.n !== undefined && (
                  <Box component="span" sx={{ color: 'text.secondary' }}>
                    {inteiro(o.n)}
                  </Box>
                )}
              </Box>
            }
            sx={{ mr: 0, minHeight: 36, '& .MuiFormControlLabel-label': { flex: 1, fontSize: '0.9375rem' } }}
          />
        ))}
      </Box>
      {props.marcados.length > 0 && (
        <Botoes>
          <Button onClick={props.aoLimpar}>{t('pesquisa.limparFiltro')}</Button>
        </Botoes>
      )}
    </>
  );
}

function Botoes({ children }: { children: ReactNode }) {
  return <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 1, mt: 1.5 }}>{children}</Box>;
}
