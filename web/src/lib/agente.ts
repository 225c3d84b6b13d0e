const NAVEGADORES: [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/Headless|\bChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SISTEMAS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** 'Mozilla/5.0 (Windows …) … Chrome/…' → 'Chrome, Windows'; unknown ones as they are. */
export function nomeDoAgente(agente: string | null): string {
  if (!agente) return '—';
  const navegador = NAVEGADORES.find(([re]) => re.test(agente))?.[1];
  const sistema = SISTEMAS.find(([re]) => re.test(agente))?.[1];
  if (navegador === undefined) return agente.slice(0, 60);
  return sistema === undefined ? navegador : `${navegador}, ${sistema}`;
}
