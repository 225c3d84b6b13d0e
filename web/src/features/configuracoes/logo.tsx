import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import Typography from '@mui/material/Typography';
import { useId, useRef, useState } from 'react';

import { t } from './textos';

/** Height of the stored image, px: sharp at 40 px on any screen. */
const ALTURA = 96;
const LARGURA_MAX = 480;
/** Characters of the address that the database takes. */
const TAMANHO_MAX = 16_384;

/** The logo: an image is made small in the browser and kept as a data: address. */
export function Logo({ rotulo, valor, erro, aoMudar }: { rotulo: string; valor: string; erro?: string; aoMudar: (valor: string) => void }) {
  const arquivo = useRef<HTMLInputElement>(null);
  const [recusa, setRecusa] = useState<string>();
  const dica = useId();

  async function escolher(escolhido: File | undefined): Promise<void> {
    if (escolhido === undefined) return;
    try {
      const endereco = await reduzir(escolhido);
      if (endereco.length > TAMANHO_MAX) return setRecusa(t('configuracoes.logoGrande'));
      setRecusa(undefined);
      aoMudar(endereco);
    } catch {
      setRecusa(t('configuracoes.logoRuim'));
    }
  }

  return (
    <Box role="group" aria-label={rotulo} aria-describedby={dica} sx={{ gridColumn: '1 / -1' }}>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {rotulo}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
        {valor === '' ? (
          <Typography variant="body2">{t('configuracoes.logoNenhum')}</Typography>
        ) : (
          <Box component="img" src={valor} alt={t('configuracoes.logoAlt')} sx={{ height: 40, maxWidth: 200, objectFit: 'contain', border: 1, borderColor: 'divider', borderRadius: 1, p: 0.5 }} />
        )}
        <Button variant="outlined" onClick={() => arquivo.current?.click()}>
          {t('configuracoes.logoEscolher')}
        </Button>
        {valor !== '' && <Button onClick={() => aoMudar('')}>{t('configuracoes.logoTirar')}</Button>}
        <input
          ref={arquivo}
          type="file"
          accept="image/png,image/webp,image/jpeg"
          hidden
          data-campo="logo"
          onChange={(e) => {
            void escolher(e.target.files?.[0]);
            e.target.value = '';
          }}
        />
      </Box>
      <FormHelperText id={dica} error={(recusa ?? erro) !== undefined}>
        {recusa ?? erro ?? t('configuracoes.logoDica')}
      </FormHelperText>
    </Box>
  );
}

/** A PNG of at most 96 px height. Anything that is no picture rejects. */
async function reduzir(arquivo: File): Promise<string> {
  const imagem = await createImageBitmap(arquivo);
  const escala = Math.min(1, ALTURA / imagem.height, LARGURA_MAX / imagem.width);
  const tela = document.createElement('canvas');
  tela.width = Math.max(1, Math.round(imagem.width * escala));
  tela.height = Math.max(1, Math.round(imagem.height * escala));
  const pincel = tela.getContext('2d');
  if (pincel === null) throw new Error('no 2d canvas');
  pincel.drawImage(imagem, 0, 0, tela.width, tela.height);
  imagem.close();
  return tela.toDataURL('image/png');
}
