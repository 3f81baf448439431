import type { LauncherItem } from '@jupyterlab/launcher';
import type { KernelSpec } from '@jupyterlab/services';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { placeOfKernelspec, THIS_MACHINE } from './place-of-kernelspec.ts';
import { stateText } from './place-text.ts';

/** Behind JupyterLab's notebooks and consoles, before what else it offers. */
const RANK = 30;
const STOCK_NEW_NOTEBOOK = 'notebook:create-new';

/**
 * Moves what starts kernels at places into a group for each place, with its state; all else stays where it is.
 * @param newNotebook the command that stands in for JupyterLab's own, with the same arguments, and asks what is to be asked
 * @returns whether anything is otherwise than before
 */
export function groupByPlace(
  items: Iterable<LauncherItem>,
  specs: KernelSpec.ISpecModels | null,
  places: readonly PlaceModel[] | null,
  newNotebook: string,
): boolean {
  let isChanged = false;
  for (const item of items) {
    const name = kernelspecOf(item);
    const place = name === null ? null : placeOfKernelspec(specs, name);
    if (place === null || place.id === THIS_MACHINE.id) continue;
    const state = places?.find(({ id }) => id === place.id)?.state ?? null;
    const category =
      state === null || state.kind === 'ready' ? place.title : `${place.title} · ${stateText(state)}`;
    if (item.category === category) continue;
    item.category = category;
    item.categoryRank = RANK;
    // Notebooks before consoles: their icon becomes that of the group.
    item.rank = item.command.startsWith('console:') ? 1 : 0;
    if (item.command === STOCK_NEW_NOTEBOOK) item.command = newNotebook;
    isChanged = true;
  }
  return isChanged;
}

function kernelspecOf({ args = {} }: LauncherItem): string | null {
  if (typeof args['kernelName'] === 'string') return args['kernelName'];
  const preference = args['kernelPreference'];
  if (typeof preference !== 'object' || preference === null || !('name' in preference)) return null;
  return typeof preference.name === 'string' ? preference.name : null;
}
