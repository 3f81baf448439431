import { element } from './element.ts';
import type { MentionChoice } from './mention-sources.ts';
import { type MentionWord, mentionAt, withMention } from './mention-word.ts';

/** Completes `@` in a text area: a combobox, as ARIA has it. */
export class MentionMenu {
  readonly node = element('ul', 'itl-Agent-mentions');
  #choices: readonly MentionChoice[] = [];
  #chosen = 0;
  #word: MentionWord | null = null;
  #asked = 0;

  constructor(
    private readonly input: HTMLTextAreaElement,
    private readonly choicesFor: (word: MentionWord) => Promise<readonly MentionChoice[]>,
  ) {
    this.node.id = 'in-the-loop-agent-mentions';
    this.node.setAttribute('role', 'listbox');
    this.node.setAttribute('aria-label', 'What can be mentioned');
    this.node.hidden = true;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-haspopup', 'listbox');
    input.setAttribute('aria-controls', this.node.id);
    input.setAttribute('aria-expanded', 'false');
    input.addEventListener('input', () => void this.#look());
    input.addEventListener('click', () => void this.#look());
    input.addEventListener('blur', () => this.#close());
  }

  /** @returns whether the key was meant for the menu */
  take(event: KeyboardEvent): boolean {
    if (this.node.hidden) return false;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const step = event.key === 'ArrowDown' ? 1 : this.#choices.length - 1;
        this.#choose((this.#chosen + step) % this.#choices.length);
        return true;
      }
      case 'Enter':
      case 'Tab':
        this.#accept(this.#chosen);
        return true;
      case 'Escape':
        this.#close();
        return true;
      default:
        return false;
    }
  }

  async #look(): Promise<void> {
    const { value, selectionStart, selectionEnd } = this.input;
    const word = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    this.#word = word;
    const asked = ++this.#asked;
    if (word === null) return this.#close();
    // A folder that cannot be listed has nothing to choose from.
    const choices = await this.choicesFor(word).catch(() => []);
    if (asked !== this.#asked) return;
    if (choices.length === 0) return this.#close();
    this.#choices = choices;
    this.node.replaceChildren(...choices.map((choice, index) => this.#option(choice, index)));
    this.node.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.#choose(0);
  }

  #option({ label, detail }: MentionChoice, index: number): HTMLElement {
    const option = element('li', 'itl-Agent-mention');
    option.id = `${this.node.id}-${index}`;
    option.setAttribute('role', 'option');
    option.append(element('strong', '', label), element('span', '', detail));
    // Before the focus leaves the text.
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.#accept(index);
    });
    return option;
  }

  #choose(index: number): void {
    this.#chosen = index;
    for (const [each, option] of [...this.node.children].entries())
      option.setAttribute('aria-selected', String(each === index));
    const chosen = this.node.children[index];
    chosen?.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', chosen?.id ?? '');
  }

  #accept(index: number): void {
    const choice = this.#choices[index];
    const word = this.#word;
    if (choice === undefined || word === null) return;
    const { value, selectionStart } = this.input;
    const { text, cursor } = withMention(value, selectionStart, word, choice.mention, choice.isWhole);
    this.input.value = text;
    this.input.setSelectionRange(cursor, cursor);
    this.#close();
    this.input.dispatchEvent(new Event('input'));
  }

  #close(): void {
    this.#asked += 1;
    this.node.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }
}
