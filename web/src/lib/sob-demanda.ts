/** A module that is fetched when it is asked for; `pronto` once it is here. */
export interface SobDemanda<M> {
  (): Promise<M>;
  pronto?: M;
}

export function sobDemanda<M>(importar: () => Promise<M>): SobDemanda<M> {
  const buscar: SobDemanda<M> = async () => (buscar.pronto ??= await importar());
  return buscar;
}
