import { Signal, type ISignal } from '@lumino/signaling';
import type { ModelList, ModelSummary } from './agents-client.ts';
import { element } from './element.ts';

/** Which model is asked: one of those that there are. It is remembered for a person in this browser. */
export class ModelChoice {
  readonly node = element('select', 'itl-Agent-model');
  #list: ModelList | null = null;
  readonly #changed = new Signal<this, void>(this);

  /** @param key of the browser's storage, with the person's name in it */
  constructor(private readonly key: () => string) {
    this.node.setAttribute('aria-label', 'Model');
    this.node.disabled = true;
    this.node.append(new Option('Looking for models…', ''));
    this.node.addEventListener('change', () => {
      remember(this.key(), this.node.value);
      this.#changed.emit();
    });
  }

  /** Models are known now, or another one is chosen. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get list(): ModelList | null {
    return this.#list;
  }

  /** Its id; empty where there is none. */
  get chosen(): string {
    return this.node.value;
  }

  modelOf(modelId: string): ModelSummary | null {
    for (const { models } of this.#list?.providers ?? [])
      for (const model of models) if (model.id === modelId) return model;
    return null;
  }

  show(list: ModelList): void {
    const before = this.chosen;
    this.#list = list;
    const groups = list.providers.filter(({ models }) => models.length > 0);
    this.node.replaceChildren(
      ...groups.map(({ name, models }) => {
        const group = element('optgroup', '');
        group.label = name;
        group.append(...models.map((model) => new Option(model.name, model.id)));
        return group;
      }),
    );
    this.node.disabled = groups.length === 0;
    if (groups.length === 0) this.node.append(new Option('No model', ''));
    const known = (id: string | null): boolean => id !== null && this.modelOf(id) !== null;
    const wanted = [before, remembered(this.key()), list.default_model].find(known);
    if (wanted !== undefined && wanted !== null) this.node.value = wanted;
    this.#changed.emit();
  }
}

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // A browser can refuse its storage: then there is a default.
    return null;
  }
}

function remember(key: string, model: string): void {
  try {
    localStorage.setItem(key, model);
  } catch {
    // The choice counts for this page alone.
  }
}
