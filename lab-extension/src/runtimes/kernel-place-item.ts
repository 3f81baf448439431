import { Widget } from '@lumino/widgets';
import { element } from '../agent/element.ts';
import { addStyleSheet } from '../style-sheet.ts';

const STYLE = `
.itl-KernelPlace { display: flex; align-items: center; min-width: 0; }
.itl-KernelPlace button { border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; font-size: var(--jp-ui-font-size1); font-weight: 600; padding: 0 6px; height: 24px; max-width: 12em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; border-radius: 3px; box-shadow: inset 0 -2px var(--jp-warn-color1); }
.itl-KernelPlace button:hover { background: var(--jp-layout-color2); }
.itl-KernelPlace button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
`;

/** Beside the name of a notebook's kernel: what it waits for at its place, or why that cannot be reached. */
export class KernelPlaceItem extends Widget {
  readonly #button = element('button', '');

  /** @param tellMore called when it is pressed */
  constructor(tellMore: () => void) {
    super();
    addStyleSheet('kernel-place', STYLE);
    this.addClass('itl-KernelPlace');
    this.#button.type = 'button';
    this.#button.addEventListener('click', tellMore);
    this.node.setAttribute('role', 'status');
    this.node.append(this.#button);
  }

  say(text: string): void {
    if (this.#button.textContent === text) return;
    this.#button.textContent = text;
    this.#button.title = `${text}\nOpens the list of runtimes`;
  }
}
