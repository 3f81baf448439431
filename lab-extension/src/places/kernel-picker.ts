import { Dialog, SessionContextDialogs, type ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { element } from '../agent/element.ts';
import { kernelGroups, type KernelGroup } from './kernel-groups.ts';
import { placeOfKernelspec, type SpecPlace } from './place-of-kernelspec.ts';
import { shortcomings } from './place-text.ts';

/** What somebody chose: a kernel that is to be started or joined, or null for none. */
export type KernelChoice = Partial<Pick<Kernel.IModel, 'id' | 'name'>> | null;

/** Asks for a kernel as JupyterLab does, with those of each place together. @returns undefined where it was called off */
export async function pickKernel(
  context: ISessionContext,
  places: readonly PlaceModel[] | null,
): Promise<KernelChoice | undefined> {
  const { autoStartDefault } = context.kernelPreference;
  const hasCheckbox = typeof autoStartDefault === 'boolean';
  const title = 'Select Kernel';
  const dialog = new Dialog({
    title,
    body: new KernelPicker(context, places),
    buttons: [
      Dialog.cancelButton({ label: context.hasNoKernel ? context.kernelDisplayName : 'Cancel' }),
      Dialog.okButton({ label: 'Select', ariaLabel: title }),
    ],
    focusNodeSelector: 'select',
    checkbox: hasCheckbox
      ? {
          label: 'Always start the preferred kernel',
          caption: 'Remember my choice and always start the preferred kernel',
          checked: autoStartDefault,
        }
      : null,
  });
  dialog.node.setAttribute('aria-label', title);
  const { button, value, isChecked } = await dialog.launch();
  if (!button.accept || context.isDisposed) return undefined;
  if (hasCheckbox && isChecked !== null)
    context.kernelPreference = { ...context.kernelPreference, autoStartDefault: isChecked };
  return value ?? null;
}

class KernelPicker extends Widget implements Dialog.IBodyWidget<KernelChoice> {
  readonly #select = document.createElement('select');
  readonly #note = element('div', 'itl-Places-note');
  readonly #here: SpecPlace | null;

  constructor(
    private readonly context: ISessionContext,
    private readonly places: readonly PlaceModel[] | null,
  ) {
    super();
    const { specs } = context.specsManager;
    const current = context.session?.kernel?.name;
    this.#here = current === undefined ? null : placeOfKernelspec(specs, current);
    const { groups, disabled } = SessionContextDialogs.kernelOptions(context);
    this.#select.disabled = disabled === true;
    this.#fill(kernelGroups(groups, specs, places));
    this.#select.addEventListener('change', () => this.#tell());
    this.#note.setAttribute('role', 'status');
    this.addClass('itl-Places-picker');
    const label = element('label', '', `Select kernel for: "${context.name}"`);
    label.append(this.#select);
    this.node.append(label, this.#note);
    this.#tell();
  }

  getValue(): KernelChoice {
    return this.#select.value === '' ? null : (JSON.parse(this.#select.value) as KernelChoice);
  }

  #fill(groups: readonly KernelGroup[]): void {
    for (const { label, options } of groups) {
      const group = document.createElement('optgroup');
      group.label = label;
      for (const { text, title, value, isSelected, isDisabled } of options) {
        const option = new Option(text, value, isSelected, isSelected);
        option.title = title;
        option.disabled = isDisabled;
        group.append(option);
      }
      this.#select.append(group);
    }
  }

  /** What it means to choose what is chosen. */
  #tell(): void {
    const name = this.getValue()?.name;
    const there = name === undefined ? null : placeOfKernelspec(this.context.specsManager.specs, name);
    const sentences: string[] = [];
    if (there !== null && this.#here !== null && there.id !== this.#here.id)
      sentences.push(
        `Moves it from ${this.#here.title} to ${there.title}. Its outputs, its history and what is typed are kept. Its variables are not: the kernel that it has now is ended.`,
      );
    const place = this.places?.find(({ id }) => id === there?.id);
    if (place !== undefined && place.kind !== 'local') sentences.push(...shortcomings(place));
    this.#note.replaceChildren(...sentences.map((sentence) => element('p', '', sentence)));
  }
}
