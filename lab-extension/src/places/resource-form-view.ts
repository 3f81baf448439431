import type { ResourcesAnswer } from '../../../server/wire/places-api.ts';
import { element } from '../agent/element.ts';
import { labelled } from './controls.ts';

type Form = NonNullable<ResourcesAnswer['form']>;
type Field = Form['fields'][number];

/** What a kernel asks for at its place: the fields that the place itself has named. */
export class ResourceFormView {
  readonly node = element('div', 'itl-Places-form');
  readonly #controls = new Map<Field, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>();

  constructor(form: Form, chosen: Readonly<Record<string, string>>) {
    for (const field of form.fields) {
      const control = controlOf(field);
      control.value = chosen[field.name] ?? (field.kind === 'choice' ? field.initial : '');
      this.#controls.set(field, control);
      this.node.append(labelled(field.label, control, field.help).node);
    }
  }

  /** By the fields' names; what is left to the place is left out. */
  read(): Readonly<Record<string, string>> {
    const chosen = [...this.#controls]
      .map(([field, { value }]) => [field, value.trim()] as const)
      .filter(([{ kind, initial }, value]) => value !== '' && !(kind === 'choice' && value === initial));
    return Object.fromEntries(chosen.map(([{ name }, value]) => [name, value]));
  }
}

function controlOf(field: Field): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  if (field.kind === 'choice') {
    const select = document.createElement('select');
    const choices = field.choices ?? [];
    if (!choices.some(({ value }) => value === field.initial))
      select.append(new Option(field.initial === '' ? "The place's own" : field.initial, field.initial));
    for (const { value, label } of choices) select.append(new Option(label, value));
    return select;
  }
  if (field.multiline === true) {
    const area = document.createElement('textarea');
    area.rows = 3;
    area.placeholder = field.initial;
    area.spellcheck = false;
    return area;
  }
  const input = document.createElement('input');
  input.type = 'text';
  if (field.kind === 'number') input.inputMode = 'decimal';
  input.placeholder = field.initial;
  input.autocomplete = 'off';
  input.spellcheck = false;
  return input;
}
