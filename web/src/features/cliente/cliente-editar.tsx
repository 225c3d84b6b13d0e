import Button from '@mui/material/Button';
import { skipToken } from '@reduxjs/toolkit/query/react';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { avisar } from '../../lib/aviso';
import type { ApiError } from '../../lib/erro-api';
import { cpf } from '../../lib/formatos';
import { idDoEndereco } from '../../lib/id-do-endereco';
import { irSemPergunta } from '../../lib/rascunhos';
import { useDespacho } from '../../lib/store';
import { useAlterarClienteMutation, usePerfilQuery } from './api';
import { lerAtual, type Atual } from './atual';
import { deDados, paraCorpo, type Formulario } from './formulario';
import { FormularioTela } from './formulario-tela';
import { t } from './textos';
import type { Perfil } from './tipos';
import { useFormulario } from './usar-formulario';

const Conflito = lazy(async () => ({ default: (await import('./conflito')).Conflito }));

/** Changes a client; what another person saved meanwhile is shown before anything is written over it. */
export function ClienteEditar() {
  const id = idDoEndereco(useParams().id);
  const perfil = usePerfilQuery(id ?? skipToken);

  if (id === undefined) return <PaginaErro tipo="404" />;
  // currentData: the form of one client must not begin with the data of another, left by Back.
  const dados = perfil.currentData;
  if (dados === undefined) {
    return (
      <Pagina titulo={t('cliente.editar')} largura="media">
        {perfil.error === undefined ? <Carregando forma="tela" /> : <Falha erro={perfil.error} tentar={() => void perfil.refetch()} saida={<Button component={Link} href="/clientes">{t('cliente.lista')}</Button>} />}
      </Pagina>
    );
  }
  if (!dados.pode.alterar) return <PaginaErro tipo="403" />;
  return <Edicao key={id} perfil={dados} />;
}

function Edicao({ perfil }: { perfil: Perfil }) {
  const { id_cliente: id, mascarado } = perfil;
  const [, ir] = useLocation();
  const despachar = useDespacho();
  const [alterar, { isLoading }] = useAlterarClienteMutation();
  const [erro, setErro] = useState<ApiError>();
  const [atual, setAtual] = useState<Atual>();
  const estado = useFormulario(`cliente-${id}`, deDados(perfil, mascarado), perfil.versao, mascarado);

  async function gravar(base: Formulario, form: Formulario, versao: number): Promise<void> {
    setErro(undefined);
    const corpo = paraCorpo(base, form);
    if (Object.keys(corpo).length === 0) {
      pronto(t('cliente.semMudanca'));
      return;
    }
    const feito = await alterar({ id, versao, corpo, chave: estado.chaveDe({ versao, corpo }) });
    estado.respondida(feito.error);
    if (feito.data !== undefined) {
      pronto(t('cliente.salvo', { nome: feito.data.nome_completo }));
      return;
    }
    const falha = feito.error as ApiError;
    setErro(falha);
    const deles = lerAtual(falha);
    setAtual(deles);
    if (deles === undefined && falha.codigo !== 'cpf_duplicado') estado.recusar(falha);
  }

  function pronto(aviso: string): void {
    estado.largar();
    despachar(avisar(aviso));
    irSemPergunta(() => ir(`/clientes/${id}`));
  }

  return (
    <Pagina titulo={t('cliente.editarDe', { nome: perfil.nome_completo })} largura="media">
      <FormularioTela
        estado={estado}
        mascarado={mascarado}
        cpfAtual={cpf(perfil.cpf)}
        erro={erro}
        ocupado={isLoading}
        confirmar={t('cliente.salvar')}
        voltar={`/clientes/${id}`}
        aoEnviar={() => {
          if (estado.conferir()) void gravar(estado.base, estado.form, estado.versao);
        }}
      />
      {atual !== undefined && (
        <Suspense fallback={null}>
          <Conflito
            key={atual.versao}
            nome={perfil.nome_completo}
            ativo={atual.ativo}
            base={estado.base}
            deles={deDados({ ...perfil, ...atual.dados }, mascarado)}
            meu={estado.form}
            ocupado={isLoading}
            aoFechar={() => setAtual(undefined)}
            aoGravar={(deles, escolhido) => {
              estado.rebasear(deles, escolhido, atual.versao);
              setAtual(undefined);
              void gravar(deles, escolhido, atual.versao);
            }}
          />
        </Suspense>
      )}
    </Pagina>
  );
}
