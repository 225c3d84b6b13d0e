import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Paper from '@mui/material/Paper';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

import { Campo } from '../../components/campo';
import { cepDigitado, dataDigitada } from '../../lib/campos';
import { celularDigitado, cpfDigitado } from '../../lib/formatos';
import { mascarar } from '../../lib/mascara';
import { UFS } from '../../lib/ufs';
import { oculto, type Formulario } from './formulario';
import { t } from './textos';
import type { Campo as NomeCampo } from './tipos';

interface Props {
  form: Formulario;
  /** Sentences under the fields. */
  erros: Partial<Record<NomeCampo, string>>;
  mascarado: boolean;
  /** The masked CPF, as a hint of what is stored. */
  cpfAtual?: string;
  /** Below the CPF: the client that has it already. */
  duplicado?: ReactNode;
  aoMudar: (campo: NomeCampo, valor: string) => void;
}

/** The inputs of a client, in three groups. */
export function CamposCliente({ form, erros, mascarado, cpfAtual, duplicado, aoMudar }: Props) {
  function campo(nome: NomeCampo, opcoes: { formatar?: (texto: string) => string; max?: number; tipo?: string; modo?: 'numeric' | 'email' | 'tel'; dica?: string; exemplo?: string; completar?: string; obrigatorio?: boolean } = {}) {
    const { formatar } = opcoes;
    const escondido = oculto(nome, mascarado);
    return (
      <Campo
        nome={nome}
        rotulo={t(`campos.${nome}`)}
        value={form[nome]}
        required={opcoes.obrigatorio === true && !escondido}
        type={opcoes.tipo ?? 'text'}
        erro={erros[nome]}
        dica={escondido ? t('cliente.dicas.oculto') : opcoes.dica}
        placeholder={escondido && nome === 'cpf' ? cpfAtual : opcoes.exemplo}
        onChange={(e) => aoMudar(nome, formatar === undefined ? e.target.value : mascarar(e.target, formatar))}
        // Records of clients are none of the browser's business.
        autoComplete="off"
        inputProps={{ maxLength: opcoes.max, inputMode: opcoes.modo, spellCheck: false }}
      />
    );
  }

  return (
    <>
      <Grupo titulo={t('cliente.secoes.identificacao')}>
        <Vao largura={3}>
          {campo('cpf', { formatar: cpfDigitado, modo: 'numeric', exemplo: '000.000.000-00', obrigatorio: true })}
          {duplicado}
        </Vao>
        <Vao largura={9}>{campo('nome_completo', { max: 255, obrigatorio: true })}</Vao>
        <Vao largura={3}>{campo('data_nascimento', { formatar: dataDigitada, modo: 'numeric', dica: t('cliente.dicas.data'), max: 10 })}</Vao>
        <Vao largura={3}>
          <Lista nome="sexo" valor={form.sexo} erro={erros.sexo} aoMudar={aoMudar} opcoes={[['', t('cliente.sexos.vazio')], ['F', t('cliente.sexos.F')], ['M', t('cliente.sexos.M')], ['N', t('cliente.sexos.N')]]} />
        </Vao>
        <Vao largura={6}>{campo('nome_mae', { max: 255 })}</Vao>
      </Grupo>
      <Grupo titulo={t('cliente.secoes.contato')}>
        <Vao largura={4}>{campo('celular', { formatar: celularOuExterior, modo: 'tel', exemplo: '(11) 91234-5678', max: 20 })}</Vao>
        <Vao largura={8}>{campo('email', { tipo: 'email', modo: 'email', max: 254 })}</Vao>
        <Vao largura={12}>
          <FormControlLabel
            control={<Switch name="nao_contatar" checked={form.nao_contatar === 'sim'} onChange={(_, sim) => aoMudar('nao_contatar', sim ? 'sim' : '')} slotProps={{ input: { 'aria-describedby': 'dica-nao-contatar' } }} />}
            label={t('cliente.naoContatar')}
          />
          <FormHelperText id="dica-nao-contatar" sx={{ mt: 0 }}>
            {t('cliente.dicas.nao_contatar')}
          </FormHelperText>
        </Vao>
      </Grupo>
      <Grupo titulo={t('cliente.secoes.endereco')}>
        <Vao largura={3}>{campo('cep', { formatar: cepDigitado, modo: 'numeric', exemplo: '00000-000' })}</Vao>
        <Vao largura={6}>{campo('cidade', { max: 120 })}</Vao>
        <Vao largura={3}>
          <Lista nome="uf" valor={form.uf} erro={erros.uf} aoMudar={aoMudar} opcoes={[['', '—'], ...UFS.map((uf) => [uf, uf] as const)]} />
        </Vao>
      </Grupo>
    </>
  );
}

/** A number with + is from abroad and has no mask of ours. */
function celularOuExterior(texto: string): string {
  return texto.trimStart().startsWith('+') && !texto.trimStart().startsWith('+55') ? texto : celularDigitado(texto);
}

function Grupo({ titulo, children }: { titulo: string; children: ReactNode }) {
  return (
    <Paper variant="outlined" component="fieldset" sx={{ m: 0, mb: 2, p: { xs: 2, sm: 3 }, minWidth: 0 }}>
      <Typography variant="h2" component="legend" sx={{ float: 'left', width: '100%', p: 0, mb: 2 }}>
        {titulo}
      </Typography>
      <Box sx={{ clear: 'both', display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(12, minmax(0, 1fr))' }, alignItems: 'start' }}>{children}</Box>
    </Paper>
  );
}

/** Columns of twelve it takes where there is room; half of them on tablets. */
function Vao({ largura, children }: { largura: number; children: ReactNode }) {
  return <Box sx={{ gridColumn: { xs: 'auto', sm: `span ${largura <= 3 ? 6 : 12}`, md: `span ${largura}` }, minWidth: 0 }}>{children}</Box>;
}

function Lista({ nome, valor, erro, opcoes, aoMudar }: { nome: 'sexo' | 'uf'; valor: string; erro?: string; opcoes: readonly (readonly [string, string])[]; aoMudar: Props['aoMudar'] }) {
  return (
    <TextField
      select
      id={`campo-${nome}`}
      name={nome}
      label={t(`campos.${nome}`)}
      value={valor}
      error={erro !== undefined}
      helperText={erro}
      onChange={(e) => aoMudar(nome, e.target.value)}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
    >
      {opcoes.map(([codigo, texto]) => (
        <option key={codigo} value={codigo}>
          {texto}
        </option>
      ))}
    </TextField>
  );
}
