import type { KernelSpec } from '@jupyterlab/services';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { placeOfKernelspec, THIS_MACHINE } from '../places/place-of-kernelspec.ts';

/** Whether this page has not heard yet which kernelspecs the places have: JupyterLab asks once a minute. */
export function differFromPlaces(
  specs: KernelSpec.ISpecModels | null,
  places: readonly PlaceModel[] | null,
): boolean {
  if (specs === null || places === null) return false;
  const offered = new Set(places.flatMap(({ kind, kernelspecs }) => (kind === 'local' ? [] : kernelspecs)));
  const known = Object.keys(specs.kernelspecs).filter(
    (name) => placeOfKernelspec(specs, name)?.id !== THIS_MACHINE.id,
  );
  return known.length !== offered.size || known.some((name) => !offered.has(name));
}
