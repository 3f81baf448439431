/** Tells screen readers what others do, without interrupting them. */
export class Announcer {
  readonly #node = document.createElement('div');

  constructor() {
    this.#node.className = 'itl-Announcer';
    this.#node.setAttribute('role', 'status');
    this.#node.setAttribute('aria-live', 'polite');
    document.body.append(this.#node);
  }

  say(text: string): void {
    this.#node.textContent = text;
  }
}
