import { api } from '../../lib/api';
import type { ClienteLinha, Paginado } from '../../lib/cliente';

/** `proximo` is the cursor of the following page, for lists too deep for page numbers. */
export interface ClientesPagina extends Paginado {
  clientes: ClienteLinha[];
  proximo: string | null;
}

export interface ClientesArgs {
  page?: number;
  size?: number;
  sort?: string;
  vendedor_id?: number;
  status?: string;
  situacao?: string;
  cursor?: string;
}

export const clientesApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError `pagina_profunda` (422): go on by cursor. @see crm.api_todos_clientes */
    todosClientes: b.query<ClientesPagina, ClientesArgs>({
      query: (params) => ({ url: '/api/admin/todos-clientes', params: { ...params } }),
      providesTags: ['Clientes'],
    }),
  }),
});

export const { useTodosClientesQuery } = clientesApi;
