import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { addStyleSheet } from '../style-sheet.ts';

const STYLE = `
.jp-InTheLoop-notice {
  box-sizing: border-box; overflow: hidden; background: var(--jp-layout-color2); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1);
}
.jp-InTheLoop-noticeContent {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; box-sizing: border-box; padding: 6px 12px;
  border-left: 4px solid var(--jp-warn-color1); border-bottom: 1px solid var(--jp-border-color2); overflow-wrap: anywhere;
}
.jp-InTheLoop-noticeContent > :first-child { flex: 1 1 16em; line-height: 1.4; }
.jp-InTheLoop-noticeActions { display: flex; flex-wrap: wrap; gap: 4px; }
.jp-InTheLoop-noticeActions button.jp-mod-styled.jp-mod-minimal {
  min-height: 28px; height: auto; color: var(--jp-ui-font-color1); border: 1px solid var(--jp-border-color1);
}
.jp-InTheLoop-noticeActions button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
@media (pointer: coarse) { .jp-InTheLoop-noticeActions button.jp-mod-styled.jp-mod-minimal { min-height: 44px; } }
`;

export interface Notice {
  readonly text: string;
  readonly actions: readonly { readonly label: string; readonly title?: string; readonly run: () => void }[];
}

/** A quiet line between a document and its toolbar: it stops nobody, and screen readers hear of it when they are done. */
export class NoticeBar extends Widget {
  readonly #content = document.createElement('div');
  readonly #text = document.createElement('span');
  readonly #actions = document.createElement('span');
  readonly #resized = new ResizeObserver(() => this.#fit());
  #shown = '';

  /** @param leave takes the keyboard's focus when what had it goes away */
  constructor(private readonly leave: () => void) {
    super();
    addStyleSheet('notice-bar', STYLE);
    this.addClass('jp-InTheLoop-notice');
    this.#content.className = 'jp-InTheLoop-noticeContent';
    this.#actions.className = 'jp-InTheLoop-noticeActions';
    this.#text.setAttribute('role', 'status');
    this.#content.append(this.#text, this.#actions);
    this.node.append(this.#content);
    this.#resized.observe(this.#content);
    this.present(null);
  }

  /** @param notice null takes it away */
  present(notice: Notice | null): void {
    const shown = JSON.stringify(notice);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const hadFocus = this.#actions.contains(document.activeElement);
    this.#text.textContent = notice?.text ?? '';
    this.#actions.replaceChildren(...(notice?.actions ?? []).map(buttonOf));
    if (hadFocus) this.leave();
    this.#fit();
  }

  override dispose(): void {
    this.#resized.disconnect();
    super.dispose();
  }

  /** What is above it lays it out by its least height, and how many lines there are depends on the width. */
  #fit(): void {
    const height = `${this.#shown === 'null' ? 0 : this.#content.offsetHeight}px`;
    if (this.node.style.minHeight === height) return;
    this.node.style.minHeight = height;
    this.node.style.maxHeight = height;
    if (this.parent !== null) MessageLoop.postMessage(this.parent, Widget.Msg.FitRequest);
  }
}

function buttonOf({ label, title, run }: Notice['actions'][number]): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-Button jp-mod-styled jp-mod-minimal';
  button.textContent = label;
  if (title !== undefined) button.title = title;
  button.addEventListener('click', run);
  return button;
}
