import type { Kernelspec } from '../kernelspecs/kernelspec.ts';

/** What the place itself calls a kernelspec that the server names `<place id>.<name>`. */
export function nameAtPlace({ name, place }: Pick<Kernelspec, 'name' | 'place'>): string {
  return place !== undefined && name.startsWith(`${place}.`) ? name.slice(place.length + 1) : name;
}
