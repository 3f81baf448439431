import { type IRenderMimeRegistry, renderMarkdown } from '@jupyterlab/rendermime';
import { type CodeActions, operateCode } from './code-block.ts';
import { button, element } from './element.ts';
import { HELD_IMAGE, holdingBack } from './safe-html.ts';

/** While text streams, showing it may take this share of the time at most: each showing is of the whole text. */
const WORK_TO_REST = 4;

export interface MarkdownDependencies {
  readonly rendermime: IRenderMimeRegistry;
  readonly actions: CodeActions;
  readonly say: (text: string) => void;
}

/** What a model writes, shown by JupyterLab's own renderer while it comes. */
export class MarkdownView {
  readonly node = element('div', 'itl-Agent-markdown jp-RenderedHTMLCommon jp-RenderedMarkdown');
  #wanted = '';
  #shown: string | null = null;
  #isWhole = false;
  #isShowing = false;
  #rests = false;

  constructor(private readonly deps: MarkdownDependencies) {}

  /** @param isWhole nothing more will come: it gets what can be done with it */
  show(text: string, isWhole: boolean): void {
    if (text === this.#wanted && isWhole === this.#isWhole) return;
    this.#wanted = text;
    this.#isWhole = isWhole;
    this.node.hidden = text === '';
    if (!this.#isShowing && (!this.#rests || isWhole)) void this.#render();
  }

  async #render(): Promise<void> {
    this.#isShowing = true;
    const began = performance.now();
    const [text, isWhole] = [this.#wanted, this.#isWhole];
    const host = element('div', '');
    const { rendermime } = this.deps;
    try {
      await renderMarkdown({
        host,
        source: text,
        trusted: false,
        resolver: null,
        linkHandler: null,
        sanitizer: holdingBack(rendermime.sanitizer),
        markdownParser: rendermime.markdownParser,
        latexTypesetter: rendermime.latexTypesetter,
        // Formulas are set once they are whole; they would jump about.
        shouldTypeset: isWhole,
      });
      for (const anchor of host.querySelectorAll('.jp-InternalAnchorLink')) anchor.remove();
      for (const held of host.querySelectorAll<HTMLElement>(`[${HELD_IMAGE}]`)) offerImage(held);
      if (isWhole)
        for (const block of host.querySelectorAll('pre'))
          operateCode(block, this.deps.actions, this.deps.say);
    } catch (error) {
      // What cannot be rendered is still to be read.
      this.deps.say(`The answer is shown as plain text: ${String(error)}`);
      host.textContent = text;
    }
    // The host itself: formulas are set in it a moment later.
    this.node.replaceChildren(host);
    this.#shown = text;
    this.#isShowing = false;
    this.#rest((performance.now() - began) * WORK_TO_REST, isWhole);
  }

  #rest(pause: number, wasWhole: boolean): void {
    const isBehind = (): boolean => this.#shown !== this.#wanted || this.#isWhole !== wasWhole;
    if (this.#isWhole && isBehind()) return void this.#render();
    this.#rests = true;
    setTimeout(() => {
      this.#rests = false;
      if (!this.#isShowing && isBehind()) void this.#render();
    }, pause);
  }
}

function offerImage(held: HTMLElement): void {
  const source = held.getAttribute(HELD_IMAGE) ?? '';
  const description = held.textContent ?? '';
  const show = button(`Show the picture ${description}`.trim(), () => {
    const image = element('img', '');
    image.alt = description || 'Picture';
    image.referrerPolicy = 'no-referrer';
    image.src = source;
    show.replaceWith(image);
  });
  show.title = `It is loaded from ${source}`;
  held.replaceWith(show);
}
