import SvgIcon, { type SvgIconProps } from '@mui/material/SvgIcon';

/** A path of @mdi/js. Without `titulo` it is decoration, hidden from readers. */
export function Icone({ d, titulo, ...resto }: { d: string; titulo?: string } & Omit<SvgIconProps, 'd'>) {
  return (
    <SvgIcon {...resto} titleAccess={titulo}>
      <path d={d} />
    </SvgIcon>
  );
}
