/** A kernel that a cell may be sent to. */
export interface KernelOption {
  /** Of its kernelspec; null for the notebook's own. */
  readonly name: string | null;
  readonly text: string;
}

export interface KernelLineState {
  /** Of the notebook: its own first, then those that its cells use. */
  readonly used: readonly KernelOption[];
  readonly others: readonly KernelOption[];
  /** The one that is chosen, among those above; what else is asked for, as it is written. */
  readonly chosen: string | null;
  /** What is asked for and is no kernel, or several. */
  readonly unknown: string | null;
  /** Where the cell ran; null where it does not say. */
  readonly ranOn: string | null;
  readonly isReadOnly: boolean;
}

const UNKNOWN = '\u0000';

/** One line above a cell: on which kernel it is to run, and on which its output was made. */
export class KernelLine {
  readonly node = document.createElement('div');
  readonly #select = document.createElement('select');
  readonly #ranOn = document.createElement('span');
  #shown = '';

  /** @param choose is given the name of a kernelspec, or null for the notebook's own */
  constructor(choose: (name: string | null) => void) {
    this.node.className = 'itl-CellKernel';
    // The notebook takes keys for its own else.
    this.node.dataset['lmSuppressShortcuts'] = 'true';
    this.#ranOn.className = 'itl-CellKernel-ranOn';
    this.#select.setAttribute('aria-label', 'Kernel of this cell');
    this.#select.title = 'The kernel that runs this cell';
    this.#select.addEventListener('change', () => {
      if (this.#select.value !== UNKNOWN) choose(this.#select.value === '' ? null : this.#select.value);
    });
    this.node.append(this.#select, this.#ranOn);
  }

  show(state: KernelLineState): void {
    const shown = JSON.stringify(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { used, others, chosen, unknown, ranOn, isReadOnly } = state;
    this.#select.replaceChildren(
      ...(unknown === null ? [] : [new Option(`${unknown} (unknown)`, UNKNOWN)]),
      group('This notebook', used),
      ...(others.length === 0 ? [] : [group('Other kernels', others)]),
    );
    this.#select.value = unknown === null ? (chosen ?? '') : UNKNOWN;
    this.#select.disabled = isReadOnly;
    this.node.dataset['elsewhere'] = String(chosen !== null || unknown !== null);
    this.#ranOn.textContent = ranOn === null ? '' : `ran on ${ranOn}`;
  }

  /** Opens the choice, where the browser lets it. */
  open(): void {
    this.#select.focus();
    try {
      this.#select.showPicker();
    } catch {
      // Not every browser opens it by itself: it has the focus, and a key does.
    }
  }
}

function group(label: string, options: readonly KernelOption[]): HTMLOptGroupElement {
  const made = document.createElement('optgroup');
  made.label = label;
  made.append(...options.map(({ name, text }) => new Option(text, name ?? '')));
  return made;
}
