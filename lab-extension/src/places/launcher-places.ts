import type { LauncherItem } from '@jupyterlab/launcher';
import type { KernelSpec } from '@jupyterlab/services';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { placeOfKernelspec, THIS_MACHINE } from './place-of-kernelspec.ts';
import { stateText } from './place-text.ts';

/** Behind JupyterLab's notebooks and consoles, before what else it offers. */
const RANK = 30;

/** Commands that start kernels from the launcher, with JupyterLab's arguments and the logo's URL as `logo`. */
export interface LauncherCommands {
  readonly notebook: string;
  readonly console: string;
}

/** JupyterLab's own. */
export const STOCK_COMMANDS: LauncherCommands = {
  notebook: 'notebook:create-new',
  console: 'console:create',
};

/**
 * Moves what starts kernels at places into a group for each place, with its state; all else stays where it is.
 * @param ours the commands that stand in for JupyterLab's own: they know the place, and ask what is to be asked
 * @returns whether anything is otherwise than before
 */
export function groupByPlace(
  items: Iterable<LauncherItem>,
  specs: KernelSpec.ISpecModels | null,
  places: readonly PlaceModel[] | null,
  ours: LauncherCommands,
): boolean {
  let isChanged = false;
  for (const item of items) {
    const name = kernelIn(item.args ?? {});
    const place = name === null ? null : placeOfKernelspec(specs, name);
    if (place === null || place.id === THIS_MACHINE.id) continue;
    const state = places?.find(({ id }) => id === place.id)?.state ?? null;
    const category =
      state === null || state.kind === 'ready' ? place.title : `${place.title} · ${stateText(state)}`;
    if (item.category === category) continue;
    item.category = category;
    item.categoryRank = RANK;
    // Notebooks before consoles, and in both Python first: the first one's icon is that of the group.
    const isConsole = item.command === STOCK_COMMANDS.console || item.command === ours.console;
    const isPython = specs?.kernelspecs[name as string]?.language === 'python';
    item.rank = (isConsole ? 2 : 0) + (isPython ? 0 : 1);
    if (item.command === STOCK_COMMANDS.notebook) item.command = ours.notebook;
    if (item.command === STOCK_COMMANDS.console) item.command = ours.console;
    // In groups of others than itself, JupyterLab draws the icon of the command.
    if (item.kernelIconUrl) item.args = { ...item.args, logo: item.kernelIconUrl };
    isChanged = true;
  }
  return isChanged;
}

/** The name of the kernelspec in the arguments of a command for a notebook or a console; null where none is named. */
export function kernelIn(args: ReadonlyPartialJSONObject): string | null {
  if (typeof args['kernelName'] === 'string') return args['kernelName'];
  const preference = args['kernelPreference'];
  if (typeof preference !== 'object' || preference === null || !('name' in preference)) return null;
  return typeof preference.name === 'string' ? preference.name : null;
}
