import type { ISessionContext } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import { element } from '../agent/element.ts';
import { placeOfKernelspec, THIS_MACHINE, type SpecPlace } from '../places/place-of-kernelspec.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { RuntimesModel } from './runtimes-model.ts';

const STYLE = `
.itl-KernelPlace { display: flex; align-items: center; min-width: 0; }
.itl-KernelPlace[hidden] { display: none !important; }
.itl-KernelPlace button { border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; font-size: var(--jp-ui-font-size1); padding: 0 6px; height: 24px; max-width: 18em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; border-radius: 3px; }
.itl-KernelPlace button:hover { background: var(--jp-layout-color2); }
.itl-KernelPlace button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.itl-KernelPlace button { font-weight: 600; box-shadow: inset 0 -2px var(--jp-warn-color1); }
`;

/** Beside the name of a notebook's kernel: what it waits for at its place, or why that cannot be reached. */
export class KernelPlaceItem extends Widget {
  readonly #context: ISessionContext;
  readonly #model: RuntimesModel;
  readonly #button = element('button', '');
  #watch: IDisposable | null = null;

  /** @param tellMore called when it is pressed */
  constructor(context: ISessionContext, model: RuntimesModel, tellMore: () => void) {
    super();
    addStyleSheet('kernel-place', STYLE);
    this.#context = context;
    this.#model = model;
    this.addClass('itl-KernelPlace');
    this.#button.type = 'button';
    this.#button.addEventListener('click', tellMore);
    this.node.setAttribute('role', 'status');
    this.node.append(this.#button);
    context.kernelChanged.connect(this.#look, this);
    context.statusChanged.connect(this.#look, this);
    context.specsManager.specsChanged.connect(this.#look, this);
    model.changed.connect(this.#show, this);
    this.#look();
  }

  override dispose(): void {
    this.#watch?.dispose();
    this.#watch = null;
    this.#context.specsManager.specsChanged.disconnect(this.#look, this);
    this.#model.changed.disconnect(this.#show, this);
    super.dispose();
  }

  get #place(): SpecPlace | null {
    const name = this.#context.session?.kernel?.name;
    const place = name === undefined ? null : placeOfKernelspec(this.#context.specsManager.specs, name);
    return place === null || place.id === THIS_MACHINE.id ? null : place;
  }

  #look(): void {
    if (this.isDisposed) return;
    const isThere = this.#place !== null;
    if (isThere) this.#watch ??= this.#model.watch();
    else {
      this.#watch?.dispose();
      this.#watch = null;
    }
    this.#show();
  }

  #show(): void {
    const place = this.#place;
    const id = this.#context.session?.kernel?.id;
    const runtime = this.#model.runtimes.find(({ kernelId }) => kernelId === id);
    const said = runtime?.stateText ?? null;
    // The kernel's own name, beside it, says where it is.
    this.node.hidden = place === null || said === null;
    if (place === null || said === null) return;
    const text = `${place.title}: ${said}`;
    if (this.#button.textContent !== text) this.#button.textContent = text;
    this.#button.title = `${text}\nOpens the list of runtimes`;
  }
}
