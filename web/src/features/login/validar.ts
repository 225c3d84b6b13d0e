import { t } from '../../i18n/pt-br';
import { SENHA_MIN } from '../../lib/eu';

export interface ErrosLogin {
  usuario?: string;
  senha?: string;
}

/** What the form can tell without asking the server. The setting `senha_min` is for new passwords: one from before it was raised still opens. */
export function validarLogin(usuario: string, senha: string): ErrosLogin {
  const erros: ErrosLogin = {};
  if (usuario.trim() === '') erros.usuario = t('login.faltaUsuario');
  if (Array.from(senha).length < SENHA_MIN) erros.senha = t('login.senhaCurta', { n: SENHA_MIN });
  return erros;
}
