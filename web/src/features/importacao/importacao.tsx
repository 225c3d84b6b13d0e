import Button from '@mui/material/Button';
import { skipToken } from '@reduxjs/toolkit/query/react';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { Vazio } from '../../components/vazio';
import { ehApiError } from '../../lib/erro-api';
import { useFocoNoTitulo } from '../../lib/foco';
import { idDoEndereco } from '../../lib/id-do-endereco';
import { Andamento } from './andamento';
import { useImportacaoQuery, usePreviaQuery } from './api';
import { Colunas } from './colunas';
import { Conferencia } from './conferencia';
import { guardar, lembrar, paraMapa, problemas, sugeridos, type Destinos } from './mapa';
import { Passos } from './passos';
import { Resultado } from './resultado';
import { t } from './textos';
import type { Coluna, Formato, ImportacaoDados } from './tipos';

/** Steps 2 to 4 of one import; where it stands is in the address and on the server. */
export function Importacao() {
  const id = idDoEndereco(useParams().id);
  const importacao = useImportacaoQuery(id ?? skipToken, { refetchOnMountOrArgChange: true });

  const [params] = useSearchParams();
  const emTabela = importacao.currentData?.estado === 'enviada' && params.get('passo') === 'conferencia';
  useFocoNoTitulo(importacao.currentData && `${importacao.currentData.estado} ${emTabela}`);

  if (id === undefined) return <PaginaErro tipo="404" />;
  const dados = importacao.currentData;
  if (dados === undefined) {
    const naoHa = ehApiError(importacao.error) && importacao.error.status === 404;
    return (
      <Pagina titulo={t('importacao.titulo')} largura="media">
        {naoHa ? (
          <Vazio titulo={t('importacao.inexistente')} texto={t('importacao.inexistenteTexto')} acao={<Button component={Link} href="/importar" variant="contained">{t('importacao.nova')}</Button>} />
        ) : importacao.error === undefined ? (
          <Carregando forma="tela" />
        ) : (
          <Falha erro={importacao.error} tentar={() => void importacao.refetch()} />
        )}
      </Pagina>
    );
  }
  return (
    <Pagina titulo={t('importacao.tituloDe', { nome: dados.nome })} largura={emTabela ? 'normal' : 'media'}>
      <PorEstado dados={dados} reler={() => void importacao.refetch()} />
    </Pagina>
  );
}

function PorEstado({ dados, reler }: { dados: ImportacaoDados; reler: () => void }) {
  switch (dados.estado) {
    case 'enviada':
      return <Preparacao dados={dados} />;
    case 'na_fila':
    case 'executando':
      return (
        <>
          <Passos atual="resultado" />
          <Andamento dados={dados} reler={reler} />
        </>
      );
    default:
      return (
        <>
          <Passos atual="resultado" feito={dados.estado === 'concluida'} />
          <Resultado dados={dados} />
        </>
      );
  }
}

/** Columns, then what would happen: nothing is written yet. */
function Preparacao({ dados }: { dados: ImportacaoDados }) {
  const [params, setParams] = useSearchParams();
  const [formato, setFormato] = useState<Formato>({ separador: dados.separador, codificacao: dados.codificacao, cabecalho: dados.cabecalho });
  const outro = formato.separador !== dados.separador || formato.codificacao !== dados.codificacao || formato.cabecalho !== dados.cabecalho;
  // Read in another way the file has other columns.
  const relido = usePreviaQuery({ id: dados.id, ...formato }, { skip: !outro });
  const colunas = outro ? relido.currentData?.colunas : (dados.colunas ?? []);
  const [escolha, setEscolha] = useState<{ colunas: readonly Coluna[]; destinos: Destinos }>();

  const lembrados = colunas === undefined || !formato.cabecalho ? undefined : lembrar(colunas, localStorage);
  const destinos = colunas === undefined ? [] : escolha?.colunas === colunas ? escolha.destinos : (lembrados ?? sugeridos(colunas));
  const { faltaCpf, repetidos } = problemas(destinos);
  const conferindo = params.get('passo') === 'conferencia' && colunas !== undefined && !faltaCpf && repetidos.length === 0;

  function irPara(passo: 'conferencia' | undefined): void {
    setParams((antes) => {
      const depois = new URLSearchParams(antes);
      if (passo === undefined) depois.delete('passo');
      else depois.set('passo', passo);
      return depois;
    });
  }

  return (
    <>
      <Passos atual={conferindo ? 'conferencia' : 'colunas'} />
      {conferindo ? (
        <Conferencia id={dados.id} nome={dados.nome} mapa={paraMapa(destinos)} formato={formato} aoVoltar={() => irPara(undefined)} />
      ) : (
        <Colunas
          dados={dados}
          formato={formato}
          colunas={colunas}
          erro={outro ? relido.error : undefined}
          destinos={destinos}
          lembrado={lembrados !== undefined && escolha?.colunas !== colunas}
          aoMudarFormato={setFormato}
          aoMudar={(indice, campo) => {
            if (colunas !== undefined) setEscolha({ colunas, destinos: colunas.map((_, i) => (i === indice ? campo : destinos[i])) });
          }}
          aoSeguir={() => {
            if (colunas !== undefined && formato.cabecalho) guardar(colunas, destinos, localStorage);
            irPara('conferencia');
          }}
        />
      )}
    </>
  );
}
