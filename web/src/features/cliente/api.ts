import { api, type Tag } from '../../lib/api';
import type { Paginado } from '../../lib/cliente';
import type { Corpo } from './formulario';
import type { Mudanca, Pedido, Perfil, Revelado, Sensivel } from './tipos';

const MUDA: readonly Tag[] = ['Clientes', 'Pesquisa', 'Periodos', 'Vendedores', 'Estatisticas', 'Carteira'];
const url = (id: number) => `/api/v1/clients/${id}`;

interface Pagina<T> extends Paginado {
  items: T[];
}

interface Parte {
  id: number;
  page: number;
  size: number;
}

/** A change of a version; `chave` is kept while its outcome is unknown. */
interface Alteracao {
  id: number;
  versao: number;
  corpo: Corpo;
  chave: string;
}

export const clienteApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * The whole record; every reading is written to the audit.
     *
     * @throws ApiError 404 `cliente_inexistente`.
     * @see crm.api_cliente, SPEC BUSCA-5
     */
    perfil: b.query<Perfil, number>({
      query: (id) => ({ url: url(id) }),
      providesTags: (_, __, id) => ['Cliente', { type: 'Cliente', id }],
      // Personal data is not kept behind the screen that shows it.
      keepUnusedDataFor: 5,
    }),
    /** @see crm.api_cliente_pedidos */
    pedidosDoCliente: b.query<Pagina<Pedido>, Parte>({
      query: ({ id, ...params }) => ({ url: `${url(id)}/orders`, params }),
      providesTags: ['Cliente'],
      keepUnusedDataFor: 5,
    }),
    /** @see crm.api_cliente_linha_do_tempo */
    linhaDoTempo: b.query<Pagina<Mudanca>, Parte>({
      query: ({ id, ...params }) => ({ url: `${url(id)}/timeline`, params }),
      providesTags: ['Cliente'],
      keepUnusedDataFor: 5,
    }),
    /**
     * @throws ApiError 409 `cpf_duplicado` with dados {id_cliente, ativo, pode_reativar}, 422.
     * @see crm.api_cliente_criar
     */
    criarCliente: b.mutation<Perfil, { corpo: Corpo; chave: string }>({
      query: ({ corpo, chave }) => ({ url: '/api/v1/clients', corpo, chave }),
      invalidatesTags: MUDA,
    }),
    /**
     * Changes the given fields of the version that was read.
     *
     * @throws ApiError 412 `versao_antiga` with dados {versao, atual}, 409 `cpf_duplicado`, 422.
     * @see crm.api_cliente_alterar
     */
    alterarCliente: b.mutation<Perfil, Alteracao>({
      query: ({ id, versao, corpo, chave }) => ({ url: url(id), metodo: 'PATCH', corpo, chave, cabecalhos: { 'If-Match': `"${versao}"` } }),
      invalidatesTags: (feito) => (feito ? [...MUDA, 'Cliente'] : []),
    }),
    /** The open assignment ends. @throws ApiError 412 `versao_antiga`. @see crm.api_cliente_desativar */
    desativarCliente: b.mutation<{ id_cliente: number }, { id: number; versao: number }>({
      query: ({ id, versao }) => ({ url: url(id), metodo: 'DELETE', cabecalhos: { 'If-Match': `"${versao}"` } }),
      invalidatesTags: [...MUDA, 'Cliente'],
    }),
    /** @see crm.api_cliente_reativar */
    reativarCliente: b.mutation<{ id_cliente: number }, number>({
      query: (id) => ({ url: `${url(id)}/reactivate` }),
      invalidatesTags: [...MUDA, 'Cliente'],
    }),
    /**
     * Shows sensitive fields once; the audit has who, when and why before the answer.
     *
     * @throws ApiError 429 `cota_revelacao`.
     * @see crm.api_cliente_revelar, SPEC LGPD-1
     */
    revelar: b.mutation<Revelado, { id: number; campos: readonly Sensivel[]; finalidade: string }>({
      query: ({ id, campos, finalidade }) => ({ url: `${url(id)}/reveal`, corpo: { campos, finalidade } }),
    }),
  }),
});

export const {
  usePerfilQuery,
  usePedidosDoClienteQuery,
  useLinhaDoTempoQuery,
  useCriarClienteMutation,
  useAlterarClienteMutation,
  useDesativarClienteMutation,
  useReativarClienteMutation,
  useRevelarMutation,
} = clienteApi;
