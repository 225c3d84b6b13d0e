/** Why a file is not read; each has its sentence in `importacao.recusas`. */
export type Motivo =
  | 'vazio'
  | 'grande'
  | 'xls'
  | 'naoEPlanilha'
  | 'danificado'
  | 'senha'
  | 'partes'
  | 'nomes'
  | 'bomba'
  | 'entidades'
  | 'linhas'
  | 'colunas'
  | 'formulas'
  | 'semDados'
  | 'csvGrande';

/** A spreadsheet that is refused, with what fills its sentence. */
export class Recusa extends Error {
  override name = 'Recusa';
  readonly motivo: Motivo;
  readonly valores: Record<string, string | number>;

  constructor(motivo: Motivo, valores: Record<string, string | number> = {}) {
    super(motivo);
    this.motivo = motivo;
    this.valores = valores;
  }
}
