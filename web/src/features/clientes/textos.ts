import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { comTextos } from '../../i18n/textos';

/** Texts of the list of portfolios. */
export const textos = {
  clientes: {
    titulo: 'Carteiras',
    filtros: 'Filtros',
    vazio: 'Nenhum cliente encontrado',
    vazioFiltro: 'Nenhum cliente combina com estes filtros.',
    vazioTexto: 'Importe uma planilha ou cadastre o primeiro.',
    importar: 'Importar clientes',
    exportar: 'Exportar carteiras',
    soAtivos: 'Só cadastros ativos',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, textos);
