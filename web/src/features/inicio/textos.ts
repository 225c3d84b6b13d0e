import { base } from '../../i18n/pt-br';
import { comTextos } from '../../i18n/textos';

/** Texts of the home. */
export const textos = {
  inicio: {
    titulo: 'Olá, {nome}',
    hoje: 'Hoje é {data}.',
    carteira: 'Minha carteira',
    carteiraAbrir: 'Abrir a carteira',
    numeros: 'Números do dia',
    atalhos: 'Onde ir',
    aContatar: 'A contatar',
    contatados: 'Contatados',
    recuperados: 'Recuperados',
    elegiveis: 'Elegíveis',
    semVendedor: 'Sem vendedor',
    online: 'Vendedores online',
    deTotal: 'de {total}',
    primeiros: 'Primeiros passos',
    primeirosFeitos: '{n} de {total} feitos',
    primeirosEsconder: 'Esconder',
    feito: 'feito',
    aFazer: 'a fazer',
    passos: {
      empresa: 'Dar o nome da empresa e um contato',
      clientes: 'Trazer os clientes: planilha ou CSV',
      vendedores: 'Criar os vendedores',
      online: 'Um vendedor entra e recebe os primeiros clientes',
    },
    semCartoes: 'Seu perfil ainda não tem telas neste sistema.',
    semCartoesTexto: 'Peça a um administrador o acesso de que precisa.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, textos);
