import type { CellRunState } from '../../../server/wire/cell-run-state.ts';

type InputPrompt = NonNullable<CellRunState['prompt']>;

/**
 * What a kernel waits for somebody to type, in the cell. Looks as JupyterLab's own; unlike that it is in every tab, and
 * what is typed goes to the server and is kept nowhere in the page.
 */
export class PromptForm {
  readonly node = document.createElement('form');
  readonly messageId: string;
  readonly #input = document.createElement('input');
  readonly #button = document.createElement('button');
  readonly #note = document.createElement('span');

  /** @param answer rejects with a sentence for people where it did not arrive */
  constructor(prompt: InputPrompt, answer: (value: string) => Promise<void>) {
    this.messageId = prompt.message_id;
    this.node.className = 'jp-Stdin jp-InTheLoop-prompt';
    const label = document.createElement('label');
    label.className = 'jp-Stdin-prompt';
    label.textContent = prompt.prompt;
    this.#input.className = 'jp-Stdin-input';
    this.#input.type = prompt.is_password ? 'password' : 'text';
    this.#input.autocomplete = 'off';
    if (prompt.prompt.trim() === '') this.#input.setAttribute('aria-label', 'Answer to the running cell');
    this.#button.className = 'jp-Button jp-mod-styled';
    this.#button.type = 'submit';
    this.#button.textContent = 'Answer';
    this.#note.setAttribute('role', 'alert');
    label.append(this.#input);
    this.node.append(label, this.#button, this.#note);
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send(answer);
    });
    // The notebook would take keys for commands.
    for (const type of ['keydown', 'mousedown'])
      this.node.addEventListener(type, (event) => event.stopPropagation());
  }

  focus(): void {
    this.#input.focus();
  }

  async #send(answer: (value: string) => Promise<void>): Promise<void> {
    if (this.#button.disabled) return;
    this.#button.disabled = true;
    this.#note.textContent = '';
    try {
      await answer(this.#input.value);
      this.#input.disabled = true;
    } catch (error) {
      this.#note.textContent = error instanceof Error ? error.message : String(error);
      this.#button.disabled = false;
    }
  }
}
