import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { frameDocument } from '../../../kernel-bridge/hosted/html/frame-document.ts';
import type { HtmlDisplay } from '../../../kernel-bridge/hosted/html/html-display.ts';
import { HTML_DISPLAY_MIME } from '../../../kernel-bridge/hosted/html/html-display.ts';
import { displayCall } from '../browser-runtime/realm/frame-program.ts';
import { innerWindow } from '../browser-runtime/realm/realm-frames.ts';
import { asDeclarations, frameColors } from './frame-colors.ts';
import { readHtmlDisplay } from './html-display-data.ts';

const LEAST_HEIGHT = 24;
/** In CSS pixels; what is higher scrolls in its frame. */
const MOST_HEIGHT = 2_000;
/** What is as high as its frame and a little more would grow for ever. */
const MOST_CHANGES = 200;
/** A display that has begun and not ended. */
const MOST_SILENCE = 10_000;

/**
 * Shows a cell's display in a frame without an origin or a network, once it is scrolled to. Where frames have no process of
 * their own, a script that never ends would hold up the page: there what nobody trusts waits for a click.
 */
export class HtmlDisplayView extends Widget implements IRenderMime.IRenderer {
  readonly #observer: IntersectionObserver;
  readonly #theme: MutationObserver;
  readonly #hear = (event: MessageEvent): void => this.#heard(event);
  #display: HtmlDisplay | null = null;
  #isTrusted = false;
  #frame: HTMLIFrameElement | null = null;
  #changes = 0;
  #silence: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.addClass('itl-HtmlDisplay');
    const options = { rootMargin: '50%', scrollMargin: '50%' };
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) this.#seen();
    }, options);
    this.#theme = new MutationObserver(() => this.#tellColors());
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#empty();
    this.#isTrusted = model.trusted;
    this.#display = readHtmlDisplay(model.data[HTML_DISPLAY_MIME]);
    if (this.#display === null) {
      this.#say(
        'This output was made by another version of In the Loop. Run its cell again to see it.',
        null,
      );
      return Promise.resolve();
    }
    this.#setHeight(this.#display.height);
    if (this.isAttached) this.#observer.observe(this.node);
    return Promise.resolve();
  }

  override dispose(): void {
    this.#observer.disconnect();
    this.#empty();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    window.addEventListener('message', this.#hear);
    this.#theme.observe(document.body, { attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light'] });
    // What was moved in the document has been loaded anew, or has to be.
    if (this.#display !== null) this.#observer.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    window.removeEventListener('message', this.#hear);
    this.#theme.disconnect();
    this.#observer.unobserve(this.node);
    this.#empty();
    super.onBeforeDetach(message);
  }

  #seen(): void {
    if (this.#frame !== null || this.#display === null || this.isDisposed) return;
    this.#observer.unobserve(this.node);
    if (this.#isTrusted || framesHaveProcesses()) this.#show(this.#display);
    else {
      const why =
        'This output runs scripts in an isolated frame. This browser runs them within the page, which they could hold up.';
      this.#say(why, 'Show it');
    }
  }

  #show(display: HtmlDisplay): void {
    this.#empty();
    const frame = document.createElement('iframe');
    const title = `Output of cell ${display.cell.run}`;
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.title = title;
    frame.srcdoc = frameDocument(displayCall(display), { title, colors: asDeclarations(frameColors()) });
    this.#changes = 0;
    this.#setHeight(display.height);
    this.#frame = frame;
    this.node.append(frame);
  }

  #heard({ source, data }: MessageEvent): void {
    const frame = this.#frame;
    // Whatever a cell says in the name of its frame, it can do no more than say how high that is.
    if (frame === null || source === null || source !== innerWindow(frame)) return;
    if (typeof data !== 'object' || data === null) return;
    const { type, height } = data as { readonly type?: unknown; readonly height?: unknown };
    switch (type) {
      case 'begins':
        this.#stopWaiting();
        this.#silence = setTimeout(() => this.#giveUp(), MOST_SILENCE);
        return;
      case 'ends':
        this.#stopWaiting();
        return;
      case 'height':
        this.#changes += 1;
        if (typeof height === 'number' && this.#changes <= MOST_CHANGES) this.#setHeight(height);
        return;
    }
  }

  /** It ran to its end in the kernel; here it does not. */
  #giveUp(): void {
    this.#say(
      `This output was stopped: its scripts did not end within ${MOST_SILENCE / 1000} s.`,
      'Show it again',
    );
  }

  #tellColors(): void {
    if (this.#frame === null) return;
    // Nothing of it is secret, and the frame has no origin to address it by.
    innerWindow(this.#frame)?.postMessage({ type: 'colors', colors: frameColors() }, '*');
  }

  #setHeight(height: number): void {
    this.node.style.height = `${Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Math.ceil(height)))}px`;
  }

  #say(text: string, offer: string | null): void {
    this.#empty();
    const note = document.createElement('div');
    note.className = 'itl-HtmlDisplay-note';
    note.append(text);
    if (offer !== null) {
      const button = document.createElement('button');
      button.className = 'jp-mod-styled jp-mod-minimal';
      button.textContent = offer;
      button.addEventListener('click', () => {
        if (this.#display !== null) this.#show(this.#display);
      });
      note.append(' ', button);
    }
    this.node.style.height = '';
    this.node.append(note);
  }

  #stopWaiting(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
  }

  #empty(): void {
    this.#stopWaiting();
    this.#frame = null;
    this.node.replaceChildren();
  }
}

/** Chromium runs sandboxed frames in a process of their own (seen: the page answers while one loops). */
function framesHaveProcesses(): boolean {
  const { userAgentData } = navigator as Navigator & {
    readonly userAgentData?: {
      readonly brands: readonly { readonly brand: string }[];
      readonly mobile: boolean;
    };
  };
  return userAgentData?.brands.some(({ brand }) => brand === 'Chromium') === true && !userAgentData.mobile;
}
