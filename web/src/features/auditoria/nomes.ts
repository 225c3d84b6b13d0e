import {
  mdiAccountCheckOutline,
  mdiCogOutline,
  mdiDeleteOutline,
  mdiExportVariant,
  mdiEyeOutline,
  mdiImport,
  mdiKeyOutline,
  mdiLoginVariant,
  mdiLogoutVariant,
  mdiPencilOutline,
  mdiPlus,
  mdiShieldAlertOutline,
  mdiShuffleVariant,
} from '@mdi/js';

import { tSeHouver } from './textos';

/** Actions as the filter groups them; one the product learns later still shows, by its code. */
export const ACOES = {
  mudancas: ['inserir', 'alterar', 'excluir', 'esvaziar'],
  acesso: ['login', 'login_falha', 'logout', 'recusa', 'trocar_senha', 'definir_senha', 'redefinir_senha', 'codigo_senha', 'encerrar_sessao', 'encerrar_sessoes', 'desbloquear'],
  leituras: ['perfil', 'revelacao', 'pesquisa', 'leitura', 'exportacao', 'exportacao_baixada', 'importacao_envio', 'importacao', 'importacao_desfeita', 'importacao_recusadas'],
  sistema: ['distribuicao', 'desfazer', 'presenca', 'estrutura', 'auditoria_retencao'],
} as const;

export const TABELAS = ['clientes', 'pedidos', 'produtos', 'cliente_vendedor', 'usuarios', 'vendedores', 'sessoes', 'configuracoes', 'permissoes', 'papeis', 'jornadas', 'ausencias', 'feriados', 'lotes', 'importacoes', 'exportacoes', 'revelacoes', 'codigos_senha', 'bloqueios_login'] as const;

type Cor = 'recuperado' | 'contatado' | 'risco' | 'alerta' | 'neutro' | 'perdido';

interface Aparencia {
  icone: string;
  cor: Cor;
}

const POR_ACAO: Record<string, Aparencia> = {
  inserir: { icone: mdiPlus, cor: 'recuperado' },
  alterar: { icone: mdiPencilOutline, cor: 'contatado' },
  excluir: { icone: mdiDeleteOutline, cor: 'risco' },
  esvaziar: { icone: mdiDeleteOutline, cor: 'risco' },
  login: { icone: mdiLoginVariant, cor: 'neutro' },
  logout: { icone: mdiLogoutVariant, cor: 'neutro' },
  encerrar_sessao: { icone: mdiLogoutVariant, cor: 'neutro' },
  encerrar_sessoes: { icone: mdiLogoutVariant, cor: 'neutro' },
  login_falha: { icone: mdiShieldAlertOutline, cor: 'alerta' },
  recusa: { icone: mdiShieldAlertOutline, cor: 'alerta' },
  trocar_senha: { icone: mdiKeyOutline, cor: 'neutro' },
  definir_senha: { icone: mdiKeyOutline, cor: 'neutro' },
  redefinir_senha: { icone: mdiKeyOutline, cor: 'neutro' },
  codigo_senha: { icone: mdiKeyOutline, cor: 'neutro' },
  desbloquear: { icone: mdiKeyOutline, cor: 'neutro' },
  presenca: { icone: mdiAccountCheckOutline, cor: 'neutro' },
  perfil: { icone: mdiEyeOutline, cor: 'perdido' },
  pesquisa: { icone: mdiEyeOutline, cor: 'perdido' },
  leitura: { icone: mdiEyeOutline, cor: 'perdido' },
  revelacao: { icone: mdiEyeOutline, cor: 'alerta' },
  exportacao: { icone: mdiExportVariant, cor: 'alerta' },
  exportacao_baixada: { icone: mdiExportVariant, cor: 'alerta' },
  importacao_envio: { icone: mdiImport, cor: 'contatado' },
  importacao: { icone: mdiImport, cor: 'contatado' },
  importacao_desfeita: { icone: mdiImport, cor: 'risco' },
  importacao_recusadas: { icone: mdiImport, cor: 'neutro' },
  distribuicao: { icone: mdiShuffleVariant, cor: 'contatado' },
  desfazer: { icone: mdiShuffleVariant, cor: 'neutro' },
  estrutura: { icone: mdiShieldAlertOutline, cor: 'alerta' },
};

/** Icon and colour of an action; the word stands beside them, always. */
export function aparenciaDaAcao(acao: string): Aparencia {
  return POR_ACAO[acao] ?? { icone: mdiCogOutline, cor: 'neutro' };
}

export function nomeDaAcao(acao: string): string {
  return tSeHouver(`auditoria.acoes.${acao}`) ?? acao;
}

export function nomeDaTabela(tabela: string): string {
  return tSeHouver(`auditoria.tabelas.${tabela}`) ?? tabela;
}

/** What was read, of the address that was asked: `GET /api/v1/clients/{id_cliente}/orders`. */
export function nomeDaLeitura(rota: string): string | undefined {
  const parte = rota.split('/').filter((p) => !p.startsWith('{')).at(-1);
  return parte === undefined ? undefined : tSeHouver(`auditoria.leituras.${parte}`);
}

export function nomeDoCampo(campo: string): string {
  return tSeHouver(`auditoria.campos.${campo}`) ?? tSeHouver(`campos.${campo}`) ?? campo;
}

/** Where the record itself is shown, if a screen does. */
export function linkDoRegistro(tabela: string | null, id: number | null): string | undefined {
  if (id === null) return undefined;
  switch (tabela) {
    case 'clientes':
      return `/clientes/${id}`;
    case 'vendedores':
      return `/vendedores?vendedor=${id}`;
    case 'importacoes':
      return `/importar/${id}`;
    default:
      return undefined;
  }
}
