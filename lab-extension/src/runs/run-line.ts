/** One line under a cell: how far its run is, or how long it took. Screen readers find it, and are not told each second. */
export class RunLine {
  readonly node = document.createElement('div');
  readonly #text = document.createElement('span');
  #form: HTMLElement | null = null;

  constructor() {
    this.node.className = 'jp-InTheLoop-runLine';
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Run of this cell');
    this.#text.className = 'jp-InTheLoop-runText';
    this.node.append(this.#text);
  }

  /** @param form a question to answer, below the line */
  show(text: string, kind: 'queued' | 'running' | 'over', form: HTMLElement | null): void {
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.node.dataset['state'] = kind;
    if (this.#form === form) return;
    this.#form?.remove();
    this.#form = form;
    if (form !== null) this.node.prepend(form);
  }

  /** Puts it at the end of a cell, which may have been rendered anew. */
  putInto(cell: HTMLElement): void {
    if (this.node.parentElement !== cell || cell.lastElementChild !== this.node) cell.append(this.node);
  }

  remove(): void {
    this.node.remove();
  }
}
