import type { KernelSpec } from '@jupyterlab/services';
import type { PlaceKind } from '../../../server/wire/place.ts';

/** Where the kernels of a kernelspec run, as the kernelspec itself says it. */
export interface SpecPlace {
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
}

export const THIS_MACHINE: SpecPlace = { id: 'this-machine', title: 'This machine', kind: 'local' };

/** Null for what is not known: a kernelspec that is gone. */
export function placeOfKernelspec(specs: KernelSpec.ISpecModels | null, name: string): SpecPlace | null {
  const spec = specs?.kernelspecs[name];
  if (spec === undefined) return null;
  const ours = spec.metadata?.['in_the_loop'];
  const place = isObject(ours) ? ours['place'] : undefined;
  if (!isObject(place) || typeof place['id'] !== 'string') return THIS_MACHINE;
  const title = typeof place['title'] === 'string' ? place['title'] : place['id'];
  return { id: place['id'], title, kind: place['kind'] as PlaceKind };
}

/** The kernelspec's name for people without that of its place, which stands beside it. */
export function shortName(displayName: string, place: SpecPlace): string {
  const ending = ` · ${place.title}`;
  return displayName.endsWith(ending) ? displayName.slice(0, -ending.length) : displayName;
}

/** The kernelspec's name for people with that of its place, which it may have already. */
export function fullName(displayName: string, place: SpecPlace): string {
  const isNamed = displayName.toLowerCase().includes(place.title.toLowerCase());
  return isNamed ? displayName : `${displayName} · ${place.title}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
