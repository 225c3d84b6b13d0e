import type { Eu } from '../lib/eu';
import { pode } from '../lib/eu';
import type { Rota } from './rotas';

/** May this user open this screen? */
export function podeAbrir(rota: Rota, eu: Eu): boolean {
  return pode(eu, rota.permissao) && (rota.so === undefined || rota.so(eu));
}
