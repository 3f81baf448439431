import type { ISessionContext } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Panel, type Widget } from '@lumino/widgets';

export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/** What ipywidgets' own renderer is to us. */
type Renderer = IRenderMime.IRenderer & { readonly widgets?: readonly Widget[] };

/**
 * ipywidgets' own renderer, tried again (I9): an output comes with the document and may be faster than the kernel's word of
 * its model, for which that renderer waits two seconds and then never again.
 */
export class PatientRenderer extends Panel implements IRenderMime.IRenderer {
  readonly #inner: Renderer;
  readonly #sessionContext: ISessionContext;
  #model: IRenderMime.IMimeModel | null = null;
  #isRendering = false;
  #isAgain = false;

  constructor(inner: Renderer, sessionContext: ISessionContext) {
    super();
    this.#inner = inner;
    this.#sessionContext = sessionContext;
    this.addWidget(inner);
    sessionContext.iopubMessage.connect(this.#heard, this);
    sessionContext.connectionStatusChanged.connect(this.#connected, this);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    if (this.#isRendering) {
      this.#isAgain = true;
      return;
    }
    this.#isRendering = true;
    try {
      do {
        this.#isAgain = false;
        await this.#inner.renderModel(model);
      } while (this.#isAgain && this.#isWithout);
    } finally {
      this.#isRendering = false;
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#sessionContext.iopubMessage.disconnect(this.#heard, this);
    this.#sessionContext.connectionStatusChanged.disconnect(this.#connected, this);
    super.dispose();
  }

  /** It shows no widget. */
  get #isWithout(): boolean {
    return !this.isDisposed && !this.#inner.isDisposed && (this.#inner.widgets?.length ?? 1) === 0;
  }

  #heard(_: ISessionContext, { header, content }: KernelMessage.IMessage): void {
    if (header.msg_type !== 'comm_open') return;
    const view = this.#model?.data[WIDGET_VIEW] as { readonly model_id?: string } | undefined;
    if ((content as KernelMessage.ICommOpenMsg['content']).comm_id === view?.model_id) this.#again();
  }

  #connected(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') this.#again();
  }

  #again(): void {
    if (this.#model === null || !this.#isWithout || this.#inner.isHidden) return;
    this.#inner.removeClass('jupyter-widgets');
    void this.renderModel(this.#model);
  }
}
