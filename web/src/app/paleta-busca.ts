import { useEffect, useState } from 'react';

import type { ClienteResumo } from '../lib/cliente';
import { pode, type Eu } from '../lib/eu';
import { identificaPessoa, textoDaBusca } from '../lib/reconhecer';
import { enviar } from '../lib/transporte';

/** Searches start this long after the last key, ms. */
const ESPERA_DIGITACAO_MS = 180;
const CLIENTES = 6;
const USUARIOS = 4;

type Cliente = Pick<ClienteResumo, 'id_cliente' | 'nome_completo' | 'cidade' | 'uf'>;

interface Usuario {
  id: number;
  nome: string;
  email: string;
}

interface Achados {
  clientes: Cliente[];
  usuarios: Usuario[];
  buscando: boolean;
  falhou: boolean;
}

const NADA: Achados = { clientes: [], usuarios: [], buscando: false, falhou: false };

/**
 * Clients and users for a text; '' finds nobody. What is found lives as long as
 * the palette, and the text goes in the body: it may name a person.
 */
export function useAchados(texto: string, eu: Eu): Achados {
  const [achados, setAchados] = useState(NADA);
  const verClientes = pode(eu, ['cliente.ver_todos', 'carteira.ver_propria']);
  const verUsuarios = pode(eu, 'usuario.gerir');

  useEffect(() => {
    if (texto === '' || !(verClientes || verUsuarios)) {
      setAchados(NADA);
      return undefined;
    }
    const corte = new AbortController();
    setAchados((antes) => ({ ...antes, buscando: true, falhou: false }));
    const relogio = setTimeout(() => {
      void Promise.all([
        verClientes ? enviar({ url: '/api/v1/clients/search', metodo: 'POST', corpo: { q: textoDaBusca(texto), size: CLIENTES } }, { escrita: false, sinal: corte.signal }) : undefined,
        verUsuarios && !identificaPessoa(texto) ? enviar({ url: '/api/admin/usuarios', params: { busca: texto, size: USUARIOS } }, { escrita: false, sinal: corte.signal }) : undefined,
      ]).then(([clientes, usuarios]) => {
        if (corte.signal.aborted) return;
        setAchados({
          clientes: clientes !== undefined && 'data' in clientes ? (clientes.data as { items: Cliente[] }).items : [],
          usuarios: usuarios !== undefined && 'data' in usuarios ? (usuarios.data as { usuarios: Usuario[] }).usuarios : [],
          buscando: false,
          falhou: clientes !== undefined && 'error' in clientes,
        });
      });
    }, ESPERA_DIGITACAO_MS);
    return () => {
      clearTimeout(relogio);
      corte.abort();
    };
  }, [texto, verClientes, verUsuarios]);

  return achados;
}
