import { lazy, useState, type ComponentType, type JSX } from 'react';

import type { SobDemanda } from '../lib/sob-demanda';

/**
 * The component of a module fetched on demand. When it is here already it is
 * drawn at once: by `lazy` the shapes of Suspense would stand before it.
 */
export function preguicoso<P extends object>(buscar: SobDemanda<{ Componente: ComponentType<P> }>): ComponentType<P> {
  const Lento = lazy(async () => ({ default: (await buscar()).Componente })) as unknown as ComponentType<P>;
  return function Preguicoso(props: P & JSX.IntrinsicAttributes) {
    const [Componente] = useState<ComponentType<P>>(() => buscar.pronto?.Componente ?? Lento);
    return <Componente {...props} />;
  };
}
