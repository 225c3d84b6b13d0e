import { t } from '../../i18n/pt-br';

export interface ErrosLogin {
  usuario?: string;
  senha?: string;
}

/** Shorter ones the server takes for nobody's. The setting `senha_min` is for new ones: a password from before it was raised still opens. */
const SENHA_MIN = 8;

/** What the form can tell without asking the server. */
export function validarLogin(usuario: string, senha: string): ErrosLogin {
  const erros: ErrosLogin = {};
  if (usuario.trim() === '') erros.usuario = t('login.faltaUsuario');
  if (Array.from(senha).length < SENHA_MIN) erros.senha = t('login.senhaCurta', { n: SENHA_MIN });
  return erros;
}
