/** The id that stands in an address; nothing where none can: with more digits a number is not exact. */
export function idDoEndereco(texto: string | null | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(texto ?? '') ? Number(texto) : undefined;
}
