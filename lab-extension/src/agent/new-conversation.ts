import type { ModelList } from './agents-client.ts';
import { button, element } from './element.ts';
import { noModelHelp } from './model-status-view.ts';

const IDEAS: readonly string[] = ['Explain this notebook to me.', 'Is there a mistake in the selected cell?'];

/** What stands where nothing was asked yet: what the conversation is to be about, who may see it, and how to begin. */
export class NewConversation {
  readonly node = element('div', 'itl-Agent-new');
  readonly #about = element('select', '');
  readonly #isPrivate = element('input', '');
  #path: string | null = null;

  constructor(
    private readonly models: () => ModelList | null,
    private readonly refresh: () => void,
    private readonly write: (text: string) => void,
  ) {
    this.#about.setAttribute('aria-label', 'What it is about');
    this.#isPrivate.type = 'checkbox';
  }

  /** Of the notebook that it will be about; null for none. */
  get path(): string | null {
    return this.#about.value === 'none' ? null : this.#path;
  }

  get isPrivate(): boolean {
    return this.#isPrivate.checked;
  }

  show(path: string | null): void {
    this.#path = path;
    const list = this.models();
    if (list !== null && list.providers.every(({ models }) => models.length === 0))
      return this.node.replaceChildren(noModelHelp(list, this.refresh));
    const isAboutNone = this.#about.value === 'none';
    const name = path?.split('/').at(-1);
    this.#about.replaceChildren(
      ...(name === undefined ? [] : [new Option(name, 'notebook')]),
      new Option('No notebook', 'none'),
    );
    if (isAboutNone) this.#about.value = 'none';
    const about = element('label', 'itl-Agent-row', 'About ');
    about.append(this.#about);
    const isPrivate = element('label', 'itl-Agent-row');
    isPrivate.append(this.#isPrivate, 'Nobody else may see it');
    const ideas = element('div', 'itl-Agent-ideas');
    ideas.append(...IDEAS.map((idea) => button(idea, () => this.write(idea))));
    this.node.replaceChildren(
      element(
        'p',
        '',
        'Ask a model. It sees cells and results, and asks you before it changes or runs anything.',
      ),
      about,
      isPrivate,
      ...(path === null ? [] : [ideas]),
    );
  }
}
