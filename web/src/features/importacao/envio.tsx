import { mdiFileUploadOutline, mdiTableArrowDown } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { useLocation } from 'wouter';

import { Icone } from '../../components/icone';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useDespacho } from '../../lib/store';
import { chaveAleatoria } from '../../lib/transporte';
import { useEnviarArquivoMutation } from './api';
import { ENVIO_MAX } from './limites';
import { baixarModelo } from './modelo';
import { t } from './textos';
import { usePreparo, type Preparo } from './usar-planilha';

const MB = 1024 * 1024;

/** A place to drop a file or choose one; it is read, uploaded, and the next step opens. */
export function Envio() {
  const { preparo, escolher, usarFolha, largar } = usePreparo();
  const [enviar, envio] = useEnviarArquivoMutation();
  const [, ir] = useLocation();
  const despachar = useDespacho();
  const chave = useRef<{ bytes: Blob; chave: string }>(undefined);
  const pronto = preparo.fase === 'pronto' ? preparo : undefined;

  async function subir({ nome, bytes, convertido, completados }: Extract<Preparo, { fase: 'pronto' }>): Promise<void> {
    // The same file, sent again after a lost answer, is one import.
    if (chave.current?.bytes !== bytes) chave.current = { bytes, chave: chaveAleatoria() };
    const feito = await enviar({ nome, bytes, convertido, chave: chave.current.chave });
    if (feito.data === undefined) return;
    if (completados !== undefined && completados.cpf + completados.cep > 0) despachar(avisar(t('importacao.completados', { ...completados }), 'info'));
    ir(`/importar/${feito.data.id}`);
  }

  const subirAgora = useRef(subir);
  useEffect(() => {
    subirAgora.current = subir;
  });
  useEffect(() => {
    if (pronto !== undefined) void subirAgora.current(pronto);
  }, [pronto]);

  function recomecar(): void {
    envio.reset();
    largar();
  }

  if (preparo.fase === 'folhas') return <EscolherFolha preparo={preparo} aoEscolher={usarFolha} aoLargar={recomecar} />;
  const ocupado = preparo.fase === 'lendo' || envio.isLoading;
  return (
    <>
      {preparo.fase === 'recusado' && (
        <Alert severity="error" sx={{ mb: 2 }} data-recusa={preparo.motivo}>
          <strong>{preparo.nome}</strong>: {t(`importacao.recusas.${preparo.motivo}`, preparo.valores)}
        </Alert>
      )}
      {envio.error !== undefined && (
        <Alert
          severity="error"
          sx={{ mb: 2 }}
          action={
            pronto && (
              <Button color="inherit" size="small" onClick={() => void subir(pronto)}>
                {t('comum.tentarDeNovo')}
              </Button>
            )
          }
        >
          <strong>{pronto?.nome}</strong>: {mensagemDeErro(envio.error)}
        </Alert>
      )}
      {ocupado ? (
        <Ocupado preparo={preparo} />
      ) : (
        <Alvo
          aoEscolher={(arquivo) => {
            envio.reset();
            escolher(arquivo);
          }}
        />
      )}
      <ComoFunciona />
    </>
  );
}

function Alvo({ aoEscolher }: { aoEscolher: (arquivo: File) => void }) {
  const entrada = useRef<HTMLInputElement>(null);
  const [sobre, setSobre] = useState(0);

  function soltar(evento: DragEvent): void {
    evento.preventDefault();
    setSobre(0);
    const arquivo = evento.dataTransfer.files[0];
    if (arquivo !== undefined) aoEscolher(arquivo);
  }

  return (
    <Box
      data-alvo
      onDragEnter={() => setSobre((n) => n + 1)}
      onDragLeave={() => setSobre((n) => Math.max(0, n - 1))}
      onDragOver={(e) => e.preventDefault()}
      onDrop={soltar}
      sx={{
        border: '2px dashed',
        borderColor: sobre > 0 ? 'primary.main' : 'divider',
        bgcolor: sobre > 0 ? 'var(--cor-contatado-fundo)' : 'background.paper',
        borderRadius: 2,
        textAlign: 'center',
        px: 2,
        py: { xs: 4, sm: 6 },
      }}
    >
      <Icone d={mdiFileUploadOutline} sx={{ display: 'block', mx: 'auto', fontSize: 48, color: 'primary.main', mb: 1 }} />
      <Typography variant="h2" component="p" sx={{ display: { xs: 'none', sm: 'block' } }}>
        {t(sobre > 0 ? 'importacao.soltar' : 'importacao.arraste')}
      </Typography>
      <Typography color="textSecondary" sx={{ my: 1, display: { xs: 'none', sm: 'block' } }}>
        {t('importacao.ou')}
      </Typography>
      <Button variant="contained" onClick={() => entrada.current?.click()}>
        {t('importacao.escolher')}
      </Button>
      <input
        ref={entrada}
        type="file"
        hidden
        aria-label={t('importacao.escolher')}
        accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(e) => {
          const arquivo = e.target.files?.[0];
          // The same file may be chosen again after it was mended.
          e.target.value = '';
          if (arquivo !== undefined) aoEscolher(arquivo);
        }}
      />
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {t('importacao.aceita', { mb: ENVIO_MAX / MB })}
      </Typography>
    </Box>
  );
}

function Ocupado({ preparo }: { preparo: Preparo }) {
  const lendo = preparo.fase === 'lendo';
  const fracao = lendo && preparo.fracao !== undefined ? Math.round(preparo.fracao * 100) : undefined;
  const texto = lendo ? t('importacao.lendoPlanilha') : t('importacao.enviando');
  return (
    <Paper variant="outlined" sx={{ p: { xs: 3, sm: 5 }, borderRadius: 2 }}>
      <Typography role="status" sx={{ mb: 2, overflowWrap: 'anywhere' }}>
        {preparo.fase !== 'nada' && <strong>{preparo.nome}</strong>} · {texto}
      </Typography>
      <LinearProgress aria-label={texto} variant={fracao === undefined ? 'indeterminate' : 'determinate'} value={fracao} sx={{ height: 8, borderRadius: 4 }} />
    </Paper>
  );
}

function EscolherFolha({ preparo, aoEscolher, aoLargar }: { preparo: Extract<Preparo, { fase: 'folhas' }>; aoEscolher: (folha: (typeof preparo.folhas)[number]) => void; aoLargar: () => void }) {
  const [numero, setNumero] = useState(preparo.folhas[0]?.numero);
  return (
    <Paper variant="outlined" sx={{ p: { xs: 2, sm: 3 }, borderRadius: 2 }}>
      <FormControl>
        <FormLabel id="folha-titulo" sx={{ typography: 'h2', color: 'text.primary', mb: 0.5 }}>
          {t('importacao.folhaTitulo')}
        </FormLabel>
        <Typography color="textSecondary" sx={{ mb: 1, overflowWrap: 'anywhere' }}>
          {t('importacao.folhaTexto', { nome: preparo.nome, n: preparo.folhas.length })}
        </Typography>
        <RadioGroup aria-labelledby="folha-titulo" name="folha" value={numero ?? ''} onChange={(_, valor) => setNumero(Number(valor))}>
          {preparo.folhas.map((f) => (
            <FormControlLabel key={f.numero} value={f.numero} control={<Radio size="small" />} label={f.nome} />
          ))}
        </RadioGroup>
      </FormControl>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 2 }}>
        <Button
          variant="contained"
          onClick={() => {
            const folha = preparo.folhas.find((f) => f.numero === numero);
            if (folha !== undefined) aoEscolher(folha);
          }}
        >
          {t('importacao.usarFolha')}
        </Button>
        <Button onClick={aoLargar}>{t('importacao.outro')}</Button>
      </Box>
    </Paper>
  );
}

function ComoFunciona() {
  return (
    <Box component="section" sx={{ mt: 3, display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'minmax(0, 1fr) auto' }, alignItems: 'start' }}>
      <div>
        <Typography variant="h2" sx={{ mb: 1 }}>
          {t('importacao.comoFunciona')}
        </Typography>
        <Box component="ul" sx={{ m: 0, pl: 2.5, color: 'text.secondary', display: 'grid', gap: 0.5 }}>
          <li>{t('importacao.comoFunciona1')}</li>
          <li>{t('importacao.comoFunciona2')}</li>
          <li>{t('importacao.comoFunciona3')}</li>
        </Box>
      </div>
      <Box sx={{ justifySelf: 'start' }}>
        <Button variant="outlined" startIcon={<Icone d={mdiTableArrowDown} />} onClick={baixarModelo}>
          {t('importacao.modelo')}
        </Button>
        <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5 }}>
          {t('importacao.modeloTexto')}
        </Typography>
      </Box>
    </Box>
  );
}
