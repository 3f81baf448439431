import { Widget } from '@lumino/widgets';
import { Coalesced } from '../coalesced.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { SyncView } from './sync-view.ts';

/** `Saved` is shown this much later, so that the word does not come and go with each key. */
const PAUSE = 1_000;

const STYLE = `
.jp-InTheLoop-syncState button {
  background: none; border: none; color: inherit; cursor: pointer; font: inherit; height: 100%; margin: 0; padding: 0 4px;
  max-width: 60vw; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
.jp-InTheLoop-syncState button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.jp-InTheLoop-syncState button[data-warning='true'] { font-weight: bold; box-shadow: inset 0 -3px var(--jp-error-color1); }
#menu-panel .jp-InTheLoop-syncState { align-self: center; }
`;

/**
 * One line that says where the work is. Hue is never the only sign, and the text keeps the theme's own colour: the themes'
 * red on their status bars has too little contrast to be read.
 */
export class SyncStateItem extends Widget {
  readonly #button = document.createElement('button');
  readonly #later = new Coalesced(() => this.#show(), PAUSE);
  #view: SyncView | null = null;

  /** @param tellMore called when it is clicked, or chosen with the keyboard */
  constructor(tellMore: () => void) {
    super();
    addStyleSheet('sync-state', STYLE);
    this.addClass('jp-InTheLoop-syncState');
    this.addClass('jp-mod-highlighted');
    this.node.setAttribute('role', 'status');
    this.#button.type = 'button';
    // The class gives the status bar's line height and font.
    this.#button.className = 'jp-StatusBar-TextItem';
    this.#button.addEventListener('click', tellMore);
    this.node.append(this.#button);
  }

  showView(view: SyncView): void {
    const before = this.#view;
    this.#view = view;
    const isQuiet = !view.isWarning && before?.isWarning === false;
    if (view.text === 'Saved' && isQuiet) {
      this.#later.cancel();
      this.#later.request();
      return;
    }
    // Screen readers hear of what matters, and not of every key.
    this.node.setAttribute('aria-live', isQuiet ? 'off' : 'polite');
    this.#later.cancel();
    this.#show();
  }

  override dispose(): void {
    this.#later.cancel();
    super.dispose();
  }

  #show(): void {
    if (this.#view === null) return;
    const { text, isWarning, sentences } = this.#view;
    if (this.#button.textContent !== text) this.#button.textContent = text;
    this.#button.title = sentences.join('\n');
    this.#button.dataset['warning'] = String(isWarning);
  }
}
