import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

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
