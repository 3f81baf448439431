import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { OutputModel } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import type { OutputReference } from '../../../server/wire/output-reference.ts';
import { OUTPUT_REFERENCE_MIME } from '../../../server/wire/output-reference-mime.ts';
import type { OutputSource } from './output-source.ts';

/** Of what nobody knows the height of, in CSS pixels. */
const USUAL_HEIGHT = 120;
/** By hash, as they were shown: a cell that is scrolled out of a notebook and back makes a new renderer. */
const heights = new Map<string, number>();

/** Shows the output that a reference stands for, once somebody scrolls to it, as the page shows any such output. */
export class ReferredOutput extends Panel implements IRenderMime.IRenderer {
  readonly #source: OutputSource;
  readonly #registry: IRenderMimeRegistry;
  readonly #observer: IntersectionObserver;
  #model: IRenderMime.IMimeModel | null = null;
  /** What is shown, or being fetched to be. */
  #shown: { readonly sha256: string; readonly trusted: boolean } | null = null;

  constructor(source: OutputSource, registry: IRenderMimeRegistry) {
    super();
    this.#source = source;
    this.#registry = registry;
    this.addClass('itl-ReferredOutput');
    const options = { rootMargin: '50%', scrollMargin: '50%' };
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#load();
    }, options);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    const reference = referenceIn(model);
    if (this.#isShown(reference, model)) return Promise.resolve();
    this.#empty();
    this.#shown = null;
    const height = heights.get(reference.sha256) ?? reference.height ?? USUAL_HEIGHT;
    this.node.style.minHeight = `${height}px`;
    this.#say(`${reference.mime_types[0] ?? 'output'}, ${Math.ceil(reference.size / 1000)} kB`, null);
    // Told anew of whether it is in view, also where that has not changed.
    this.#observer.unobserve(this.node);
    if (this.isAttached) this.#observer.observe(this.node);
    return Promise.resolve();
  }

  override dispose(): void {
    this.#observer.disconnect();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#observer.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    this.#observer.unobserve(this.node);
    const height = this.node.offsetHeight;
    if (this.#shown !== null && height > 0) heights.set(this.#shown.sha256, height);
    super.onBeforeDetach(message);
  }

  async #load(): Promise<void> {
    const model = this.#model;
    if (model === null || this.isDisposed) return;
    const reference = referenceIn(model);
    if (this.#isShown(reference, model)) return;
    const shown = { sha256: reference.sha256, trusted: model.trusted };
    this.#shown = shown;
    this.node.setAttribute('aria-busy', 'true');
    try {
      const value = await this.#source.get(reference.sha256);
      if (this.isDisposed || this.#shown !== shown) return;
      await this.#show(new OutputModel({ value, trusted: model.trusted }));
    } catch (error) {
      if (this.isDisposed || this.#shown !== shown) return;
      this.#shown = null;
      const reason = error instanceof Error ? error.message : String(error);
      this.#say(`This output could not be loaded: ${reason}`, () => void this.#load());
    } finally {
      if (this.#shown === shown || this.#shown === null) this.node.removeAttribute('aria-busy');
    }
  }

  async #show(output: OutputModel): Promise<void> {
    const type = this.#registry.preferredMimeType(output.data, output.trusted ? 'any' : 'ensure');
    if (type === undefined) throw new Error('this page has nothing to show it with.');
    const renderer = this.#registry.createRenderer(type);
    this.#empty();
    this.addWidget(renderer);
    await renderer.renderModel(output);
    // A picture has its size once it is decoded; one that is broken has none.
    const pictures = [...renderer.node.querySelectorAll('img')];
    await Promise.allSettled(pictures.map((picture) => picture.decode()));
    this.node.style.minHeight = '';
  }

  #isShown({ sha256 }: OutputReference, { trusted }: IRenderMime.IMimeModel): boolean {
    return this.#shown?.sha256 === sha256 && this.#shown.trusted === trusted;
  }

  #say(text: string, retry: (() => void) | null): void {
    this.#empty();
    const node = document.createElement('div');
    node.className = 'itl-ReferredOutput-note';
    node.append(text);
    if (retry !== null) {
      node.setAttribute('role', 'alert');
      const button = document.createElement('button');
      button.className = 'jp-mod-styled jp-mod-minimal';
      button.textContent = 'Try again';
      button.addEventListener('click', retry);
      node.append(' ', button);
    }
    this.addWidget(new Widget({ node }));
  }

  #empty(): void {
    for (const widget of [...this.widgets]) widget.dispose();
  }
}

function referenceIn({ data }: IRenderMime.IMimeModel): OutputReference {
  return data[OUTPUT_REFERENCE_MIME] as unknown as OutputReference;
}
