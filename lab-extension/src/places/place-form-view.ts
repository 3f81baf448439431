import type { PlaceKind, PlaceModel } from '../../../server/wire/place.ts';
import type { PlaceRequest } from '../../../server/wire/places-api.ts';
import { disclosure, element, withCode } from '../agent/element.ts';
import { RequestRefused } from './api-client.ts';
import { CheckView, type CheckFailure } from './check-view.ts';
import { button, labelled, workButton } from './controls.ts';
import { settingAt, settingsOf } from './field-values.ts';
import { PlaceFieldView } from './place-field-view.ts';
import { ADDED_KINDS, KIND_HELP, PLACE_FIELDS, type PlaceField } from './place-fields.ts';
import { KIND_TEXT } from './place-text.ts';
import type { PlacesClient } from './places-client.ts';

export interface PlaceFormDependencies {
  readonly client: Pick<PlacesClient, 'add' | 'change' | 'check' | 'acceptHostKey'>;
  /** How a kernelspec of its full name is called. */
  readonly names: (kernelspec: string) => string;
  /** The place is there, or is as it was changed. */
  readonly saved: (place: PlaceModel) => void;
  readonly cancelled: () => void;
  /** A machine that dials in needs a key instead of settings. */
  readonly makeKey: (title: string) => Promise<void>;
}

/** Where a person describes a place: one that is new, or one that is changed. */
export class PlaceFormView {
  readonly node = element('form', 'itl-Places-form');
  readonly #kind = document.createElement('select');
  readonly #kindHelp = element('p', 'itl-Places-help');
  readonly #title = document.createElement('input');
  readonly #settings = element('div', 'itl-Places-settings');
  readonly #problem = element('div', 'itl-Places-problem');
  readonly #check: CheckView;
  readonly #tryIt = workButton('Try it', () => this.#try());
  readonly #save: HTMLButtonElement;
  #fields: readonly PlaceFieldView[] = [];

  /** @param place that is changed; null: a new one */
  constructor(
    private readonly deps: PlaceFormDependencies,
    private readonly place: PlaceModel | null,
  ) {
    this.#check = new CheckView(deps.names, (failure) => this.#trust(failure));
    this.#save = workButton('', () => this.#submit(), { kind: 'accept' });
    this.#problem.setAttribute('role', 'alert');
    this.#title.value = place?.title ?? '';
    this.#title.required = true;
    this.#title.autocomplete = 'off';
    for (const kind of ADDED_KINDS) this.#kind.append(new Option(KIND_TEXT[kind], kind));
    if (place !== null) this.#kind.value = place.kind;
    this.#kind.disabled = place !== null;
    this.#kind.addEventListener('change', () => this.#showKind());
    this.node.noValidate = true;
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#save.click();
    });
    this.node.setAttribute('aria-label', place === null ? 'Add a place' : `Change ${place.title}`);
    const tools = element('div', 'itl-Places-row');
    tools.append(this.#tryIt, this.#save, button('Cancel', deps.cancelled));
    this.node.append(
      element('h3', '', place === null ? 'Add a place where kernels run' : `Change ${place.title}`),
      labelled('Kind', this.#kind, '').node,
      this.#kindHelp,
      labelled('Name', this.#title, 'What it is called in lists of kernels.').node,
      this.#settings,
      this.#check.node,
      this.#problem,
      tools,
    );
    this.#showKind();
  }

  focus(): void {
    (this.place === null ? this.#kind : this.#title).focus();
  }

  get #chosenKind(): PlaceKind {
    return this.#kind.value as PlaceKind;
  }

  #showKind(): void {
    const kind = this.#chosenKind;
    const isAgent = kind === 'agent';
    this.#kindHelp.textContent = KIND_HELP[kind];
    this.#save.textContent = this.place !== null ? 'Save' : isAgent ? 'Make a key' : 'Add';
    this.#tryIt.hidden = isAgent;
    this.#check.clear();
    this.#showProblem(null);
    const isKept = this.place !== null;
    this.#fields = PLACE_FIELDS[kind].map(
      (field) => new PlaceFieldView(field, settingAt(this.place?.settings ?? {}, field.name), isKept),
    );
    const more = disclosure('itl-Places-more', 'More settings');
    const rare = this.#fields.filter(({ field }) => field.rare === true);
    more.append(...rare.map(({ node }) => node));
    more.open = rare.some(({ isSet }) => isSet);
    this.#settings.replaceChildren(
      ...this.#fields.filter(({ field }) => field.rare !== true).map(({ node }) => node),
      ...(rare.length === 0 ? [] : [more]),
    );
  }

  /** Null, and said at the fields, where something is wrong. */
  #read(): PlaceRequest | null {
    this.#showProblem(null);
    let wrong: PlaceFieldView | null = null;
    const typed: [PlaceField, unknown][] = [];
    for (const view of this.#fields) {
      try {
        typed.push([view.field, view.read()]);
        view.showProblem(null);
      } catch (error) {
        view.showProblem(messageOf(error));
        wrong ??= view;
      }
    }
    const title = this.#title.value.trim();
    if (title === '') {
      this.#showProblem(new Error('The place needs a name.'));
      this.#title.focus();
      return null;
    }
    if (wrong !== null) {
      wrong.focus();
      return null;
    }
    const id = this.place === null ? {} : { id: this.place.id };
    const settings = settingsOf(typed, this.place?.settings ?? {});
    return { ...id, title, kind: this.#chosenKind, settings };
  }

  async #try(): Promise<void> {
    const request = this.#read();
    if (request === null) return;
    this.#check.begin();
    try {
      await this.deps.client.check(request, (line) => {
        const field = line.type === 'failed' ? line.details['field'] : undefined;
        if (line.type !== 'failed' || !this.#showAtField(field ?? null, line)) this.#check.show(line);
        else this.#check.clear();
      });
    } catch (error) {
      this.#check.showProblem(messageOf(error));
    }
  }

  async #trust({ details }: CheckFailure): Promise<void> {
    const request = this.#read();
    if (request === null) return;
    const id = this.place?.id ?? details['id'] ?? '';
    await this.deps.client.acceptHostKey(id, details['fingerprint'] ?? '', request);
    await this.#try();
  }

  async #submit(): Promise<void> {
    const request = this.#read();
    if (request === null) return;
    try {
      if (request.kind === 'agent' && this.place === null) await this.deps.makeKey(request.title);
      else
        this.deps.saved(
          await (this.place === null
            ? this.deps.client.add(request)
            : this.deps.client.change(this.place.id, request)),
        );
    } catch (error) {
      const isRefused = error instanceof RequestRefused;
      if (!isRefused || !this.#showAtField(error.field, error)) this.#showProblem(error);
    }
  }

  /** @returns false where no field of the form is meant */
  #showAtField(
    setting: string | null,
    { message, remedy }: { readonly message: string; readonly remedy: string },
  ): boolean {
    const name = setting?.replace(/^settings\./, '');
    if (name === undefined) return false;
    const view = this.#fields.find(({ field }) => name === field.name || name.startsWith(`${field.name}.`));
    if (view === undefined) return false;
    view.showProblem([message, remedy].filter((text) => text !== '').join(' '));
    view.focus();
    return true;
  }

  #showProblem(error: unknown): void {
    if (error === null) return this.#problem.replaceChildren();
    const remedy = error instanceof RequestRefused ? error.remedy : '';
    this.#problem.replaceChildren(...withCode([messageOf(error), remedy].join(' ').trim()));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
