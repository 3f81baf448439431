import type { AskedImage } from './agents-client.ts';
import type { NotebookSelection } from './agent-notebooks.ts';
import { AttachedImages } from './attached-images.ts';
import { button, element } from './element.ts';
import { MentionMenu } from './mention-menu.ts';
import type { MentionChoice } from './mention-sources.ts';
import type { MentionWord } from './mention-word.ts';

export interface Draft {
  readonly text: string;
  readonly images: readonly AskedImage[];
  readonly selection: NotebookSelection | null;
}

/** Where a question is written. */
export class Composer {
  readonly node = element('form', 'itl-Agent-composer');
  readonly #text = element('textarea', 'itl-Agent-text');
  readonly #chip = element('div', 'itl-Agent-chip');
  readonly #images: AttachedImages;
  readonly #mentions: MentionMenu;
  readonly #send = button('Send', () => this.node.requestSubmit(), { kind: 'accept' });
  #selection: NotebookSelection | null = null;
  /** The one that the person took away. */
  #refused: string | null = null;
  #mayAsk = true;

  constructor(
    private readonly deps: {
      readonly ask: (draft: Draft) => void;
      readonly say: (text: string) => void;
      readonly mentionChoices: (word: MentionWord) => Promise<readonly MentionChoice[]>;
      /** Stands beside the button. */
      readonly model: HTMLElement;
    },
  ) {
    this.#images = new AttachedImages(deps.say);
    this.#mentions = new MentionMenu(this.#text, deps.mentionChoices);
    this.#text.rows = 2;
    this.#text.placeholder = 'Ask about this notebook. @ mentions a cell, file or variable.';
    this.#text.setAttribute('aria-label', 'Your question');
    const hint = element('div', 'itl-Agent-hint', 'Enter sends, Shift+Enter begins a new line');
    hint.id = 'in-the-loop-agent-hint';
    this.#text.setAttribute('aria-describedby', hint.id);
    const row = element('div', 'itl-Agent-row itl-Agent-composerRow');
    row.append(deps.model, this.#send);
    this.node.setAttribute('aria-label', 'Ask');
    this.#chip.hidden = true;
    this.node.append(this.#chip, this.#images.node, this.#mentions.node, this.#text, row, hint);
    this.#listen();
  }

  focus(): void {
    this.#text.focus();
  }

  get isEmpty(): boolean {
    return this.#text.value.trim() === '' && this.#images.images.length === 0;
  }

  /** @param mayAsk false while a turn is under way, or where there is no model: what is written stays */
  allow(mayAsk: boolean): void {
    this.#mayAsk = mayAsk;
    this.#send.disabled = !mayAsk;
  }

  put(text: string, images: readonly AskedImage[]): void {
    this.#text.value = text;
    this.#images.set(images);
    this.#fit();
    this.focus();
    this.#text.setSelectionRange(text.length, text.length);
  }

  /** What is selected in the notebook goes with the question, unless the person takes it away. */
  select(selection: NotebookSelection | null): void {
    const key = selection && JSON.stringify(selection);
    if (key !== this.#refused) this.#refused = null;
    this.#selection = this.#refused === null ? selection : null;
    this.#chip.hidden = this.#selection === null;
    if (this.#selection === null) return;
    const { label } = this.#selection;
    const remove = (): void => {
      this.#refused = key;
      this.select(selection);
      this.focus();
    };
    this.#chip.replaceChildren(
      element('span', '', label),
      button('×', remove, { label: `Do not send along: ${label}` }),
    );
  }

  #listen(): void {
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#ask();
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (this.#mentions.take(event)) return event.preventDefault();
      if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.#ask();
    });
    this.#text.addEventListener('input', () => this.#fit());
    this.#text.addEventListener('paste', (event) => {
      if (this.#images.add(event.clipboardData?.files ?? [])) event.preventDefault();
    });
    this.node.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
    });
    this.node.addEventListener('drop', (event) => {
      if (this.#images.add(event.dataTransfer?.files ?? [])) event.preventDefault();
    });
  }

  #ask(): void {
    const text = this.#text.value.trim();
    if (text === '') return;
    if (!this.#mayAsk) return this.deps.say('Wait for the end of what is under way, or stop it.');
    const draft = { text, images: this.#images.images, selection: this.#selection };
    this.#text.value = '';
    this.#images.set([]);
    this.#fit();
    this.deps.ask(draft);
  }

  /** As high as what is written, up to what the style sheet allows. */
  #fit(): void {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}
