import { Widget } from '@lumino/widgets';
import { element } from '../../agent/element.ts';
import { addStyleSheet } from '../../style-sheet.ts';
import type { WhereText } from './host-text.ts';

const STYLE = `
.itl-HostChip { display: flex; align-items: center; gap: 6px; min-width: 0; }
.itl-HostChip button { border: 1px solid var(--jp-border-color1); background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font: inherit; font-size: var(--jp-ui-font-size1); padding: 0 8px; height: 22px; max-width: 28em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; border-radius: 11px; }
.itl-HostChip button:hover { background: var(--jp-layout-color2); }
.itl-HostChip button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.itl-HostChip[data-over='true'] button { font-weight: 600; border-color: var(--jp-warn-color0); }
.itl-HostChip progress { width: 4em; height: 8px; accent-color: var(--jp-brand-color1); }
@media (max-width: 600px) { .itl-HostChip button { max-width: 11em; } .itl-HostChip progress { display: none; } }
@media (pointer: coarse) { .itl-HostChip button { height: 36px; border-radius: 18px; } }
@media (forced-colors: active) { .itl-HostChip button { border-color: ButtonText; } }
`;

/** Beside the name of a notebook's kernel: which tab runs it, and how far it is loaded. */
export class HostChip extends Widget {
  readonly #button = element('button', '');
  readonly #progress = element('progress', '');
  /** What screen readers are told when it is otherwise than before; not each percent. */
  readonly #said = element('span', 'jp-InTheLoop-unseen');
  #words = '';
  #text = '';

  /** @param tellMore called when it is pressed */
  constructor(tellMore: () => void) {
    super();
    addStyleSheet('host-chip', STYLE);
    this.addClass('itl-HostChip');
    this.#button.type = 'button';
    this.#button.addEventListener('click', tellMore);
    this.#progress.max = 1;
    this.#said.setAttribute('role', 'status');
    Object.assign(this.#said.style, {
      position: 'absolute',
      width: '1px',
      height: '1px',
      overflow: 'hidden',
    });
    this.#said.style.clipPath = 'inset(50%)';
    this.node.append(this.#progress, this.#button, this.#said);
  }

  /** Whether it says that already. */
  says(text: WhereText): boolean {
    return JSON.stringify(text) === this.#text;
  }

  say(text: WhereText): void {
    this.#text = JSON.stringify(text);
    const { short, long, progress, over } = text;
    if (this.#button.textContent !== short) this.#button.textContent = short;
    this.#button.title = [short, ...long].join('\n');
    this.node.dataset['over'] = String(over !== null);
    this.#progress.hidden = progress === undefined;
    this.#progress.setAttribute('aria-label', 'Loading of the kernel');
    if (typeof progress === 'number') this.#progress.value = progress;
    else this.#progress.removeAttribute('value');
    const words = short.replace(/ \d+%$/, '');
    if (words !== this.#words) this.#said.textContent = this.#words = words;
  }
}
