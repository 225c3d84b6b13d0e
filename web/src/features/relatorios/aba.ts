import type { Filtros } from './api';

/** What every tab is about. `vendedor`: the name, once it is known. */
export interface PropsAba {
  filtros: Filtros;
  vendedor: string | undefined;
}
