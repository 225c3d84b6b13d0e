import { t } from '../i18n/senha';
import { api } from './api';

export interface TrocaSenha {
  atual: string;
  nova: string;
  repete: string;
}

export type ErrosTroca = Partial<Record<keyof TrocaSenha, string>>;

/** What the form can tell without asking the server. */
export function validarTroca({ atual, nova, repete }: TrocaSenha, minimo: number): ErrosTroca {
  const erros: ErrosTroca = {};
  if (atual === '') erros.atual = t('senha.obrigatoria');
  if (Array.from(nova).length < minimo) erros.nova = t('login.senhaCurta', { n: minimo });
  else if (nova === atual) erros.nova = t('senha.igual');
  if (repete !== nova) erros.repete = t('senha.naoConfere');
  return erros;
}

export const senhaApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** Changes the own password; other sessions end. @throws ApiError 422 naming the field. @see crm.api_trocar_senha */
    trocarSenha: b.mutation<{ ok: boolean }, { senha_atual: string; senha_nova: string }>({
      query: (corpo) => ({ url: '/api/auth/senha', corpo }),
      invalidatesTags: ['Eu', 'Sessoes'],
    }),
  }),
});

export const { useTrocarSenhaMutation } = senhaApi;
