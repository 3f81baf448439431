import type { SessionContextDialogs } from '@jupyterlab/apputils';
import type { KernelSpec } from '@jupyterlab/services';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { placeOfKernelspec, shortName, THIS_MACHINE, type SpecPlace } from './place-of-kernelspec.ts';
import { stateText } from './place-text.ts';

export interface KernelGroup {
  readonly label: string;
  readonly options: readonly KernelOption[];
}

export interface KernelOption {
  readonly text: string;
  readonly title: string;
  /** As JupyterLab's own dialog has it: JSON of `{name}`, `{id}` or null. Empty for what cannot be chosen. */
  readonly value: string;
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
}

type StockGroups = SessionContextDialogs.IKernelOptions['groups'];

/**
 * JupyterLab's own list of kernels with those of places moved to a group for each place, behind those of this machine.
 * @param places null where they could not be had: their kernels are grouped all the same
 */
export function kernelGroups(
  stock: StockGroups,
  specs: KernelSpec.ISpecModels | null,
  places: readonly PlaceModel[] | null,
): readonly KernelGroup[] {
  const here: KernelGroup[] = [];
  const there = new Map<string, { readonly place: SpecPlace; readonly options: KernelOption[] }>();
  for (const { kind, id, title } of places ?? [])
    if (kind !== 'local') there.set(id, { place: { kind, id, title }, options: [] });
  for (const { label, options } of stock) {
    const local: KernelOption[] = [];
    for (const option of options) {
      const place = placeOfOption(option.value, specs);
      const shown = {
        text: option.text,
        title: option.title ?? '',
        value: option.value,
        isSelected: option.selected === true,
        isDisabled: false,
      };
      if (place.id === THIS_MACHINE.id) {
        local.push(shown);
        continue;
      }
      const group = there.get(place.id) ?? { place, options: [] };
      there.set(place.id, group);
      const state = places?.find(({ id }) => id === place.id)?.state.kind ?? 'ready';
      // A kernel there, which the notebook has already, is shown as it is.
      const isDisabled = state === 'away' || state === 'failed';
      group.options.push({ ...shown, text: shortName(option.text, place), isDisabled });
    }
    if (local.length > 0) here.push({ label, options: local });
  }
  return [...here, ...[...there.values()].map((group) => placeGroup(group, places))];
}

function placeGroup(
  { place, options }: { readonly place: SpecPlace; readonly options: readonly KernelOption[] },
  places: readonly PlaceModel[] | null,
): KernelGroup {
  const state = places?.find(({ id }) => id === place.id)?.state ?? null;
  const label =
    state === null || state.kind === 'ready' ? place.title : `${place.title} · ${stateText(state)}`;
  if (options.length > 0) return { label, options };
  const text = state?.text ?? 'It offers no kernels.';
  return { label, options: [{ text, title: text, value: '', isSelected: false, isDisabled: true }] };
}

function placeOfOption(value: string, specs: KernelSpec.ISpecModels | null): SpecPlace {
  const choice = JSON.parse(value) as { readonly name?: string } | null;
  // Running kernels stay together, as JupyterLab has them.
  return (choice?.name === undefined ? null : placeOfKernelspec(specs, choice.name)) ?? THIS_MACHINE;
}
