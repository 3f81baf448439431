import { Widget } from '@lumino/widgets';

/** In a notebook's toolbar: how many kernels it uses, and what can be done with them. */
export class KernelsChip extends Widget {
  readonly #button = document.createElement('button');

  /** @param open shows the menu below the button */
  constructor(open: (at: DOMRect) => void) {
    super();
    this.addClass('itl-KernelsChip');
    this.#button.type = 'button';
    this.#button.setAttribute('aria-haspopup', 'menu');
    this.#button.addEventListener('click', () => open(this.#button.getBoundingClientRect()));
    this.node.append(this.#button);
    this.say(1);
  }

  say(count: number): void {
    const text = count > 1 ? `${count} kernels` : 'Kernels';
    if (this.#button.textContent === text) return;
    this.#button.textContent = text;
    this.#button.title = 'The kernels of this notebook, and the one that runs the active cell';
  }
}
