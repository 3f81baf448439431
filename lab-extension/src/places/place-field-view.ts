import { labelled } from './controls.ts';
import { settingOf, typedOf } from './field-values.ts';
import type { PlaceField } from './place-fields.ts';

/** One setting of a place in a form. */
export class PlaceFieldView {
  readonly node: HTMLElement;
  readonly #problem: HTMLElement;
  readonly #control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

  /** @param isKept a secret that the server has, and that is left as it is where nothing is typed */
  constructor(
    readonly field: PlaceField,
    setting: unknown,
    isKept: boolean,
  ) {
    this.#control = controlOf(field);
    const { node, problem } = labelled(
      field.required === true ? `${field.label} (needed)` : field.label,
      this.#control,
      isKept && field.kind === 'secret'
        ? `${field.help} Leave it empty to keep the one that is there.`
        : field.help,
    );
    this.node = node;
    this.#problem = problem;
    if (field.required === true && !isKept) this.#control.required = true;
    const typed = typedOf(field, setting);
    if (this.#control instanceof HTMLInputElement && field.kind === 'check')
      this.#control.checked = typed === 'true';
    // The first choice is the server's own.
    else if (typed !== '') this.#control.value = typed;
    this.#control.addEventListener('input', () => this.showProblem(null));
  }

  /** It is not what the server takes by itself. */
  get isSet(): boolean {
    return !['', 'false', this.field.choices?.[0]?.[0]].includes(this.#typed.trim());
  }

  /** @throws Error with a sentence for people */
  read(): unknown {
    if (this.#control.required && this.#typed.trim() === '') throw new Error('This is needed.');
    return settingOf(this.field, this.#typed);
  }

  showProblem(problem: string | null): void {
    this.#problem.textContent = problem ?? '';
    this.#control.setAttribute('aria-invalid', String(problem !== null));
    if (problem !== null) this.node.closest('details')?.setAttribute('open', '');
  }

  focus(): void {
    this.#control.focus();
  }

  get #typed(): string {
    if (this.#control instanceof HTMLInputElement && this.#control.type === 'checkbox')
      return String(this.#control.checked);
    return this.#control.value;
  }
}

function controlOf(field: PlaceField): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  switch (field.kind) {
    case 'lines':
    case 'pairs':
    case 'json': {
      const area = document.createElement('textarea');
      area.rows = 2;
      area.placeholder = field.placeholder ?? '';
      area.spellcheck = false;
      return area;
    }
    case 'choice': {
      const select = document.createElement('select');
      for (const [value, text] of field.choices ?? []) select.append(new Option(text, value));
      return select;
    }
    case 'text':
    case 'secret':
    case 'number':
    case 'check': {
      const input = document.createElement('input');
      input.type = field.kind === 'secret' ? 'password' : field.kind === 'check' ? 'checkbox' : 'text';
      if (field.kind === 'number') input.inputMode = 'decimal';
      input.placeholder = field.placeholder ?? '';
      input.autocomplete = field.kind === 'secret' ? 'new-password' : 'off';
      input.spellcheck = false;
      return input;
    }
  }
}
