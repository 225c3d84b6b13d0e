import { t } from '../../i18n/pt-br';

export interface ErrosLogin {
  usuario?: string;
  senha?: string;
}

/** What the form can tell without asking the server. */
export function validarLogin(usuario: string, senha: string, minimo: number): ErrosLogin {
  const erros: ErrosLogin = {};
  if (usuario.trim() === '') erros.usuario = t('login.faltaUsuario');
  if (Array.from(senha).length < minimo) erros.senha = t('login.senhaCurta', { n: minimo });
  return erros;
}
