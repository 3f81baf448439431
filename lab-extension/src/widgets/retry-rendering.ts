import type { ISessionContext } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';

export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/** What ipywidgets' own renderer is to us. */
type Renderer = IRenderMime.IRenderer & { readonly widgets?: readonly Widget[] };

/**
 * Lets ipywidgets' own renderer try again (I9): an output comes with the document and may be faster than the kernel's word
 * of its model, for which that renderer waits two seconds and then never again. The renderer stays what it is, for
 * ipywidgets knows its own by their class.
 */
export function retryRendering(renderer: Renderer, sessionContext: ISessionContext): Renderer {
  const render = renderer.renderModel.bind(renderer);
  let model: IRenderMime.IMimeModel | null = null;
  let rendering: Promise<void> = Promise.resolve();

  renderer.renderModel = (wanted) => {
    model = wanted;
    rendering = render(wanted);
    return rendering;
  };
  const again = async (): Promise<void> => {
    await rendering.catch(() => undefined); // Whoever asked for it was told.
    const isWithout = !renderer.isDisposed && !renderer.isHidden && renderer.widgets?.length === 0;
    if (model === null || !isWithout) return;
    renderer.removeClass('jupyter-widgets');
    rendering = render(model);
    await rendering.catch(() => undefined); // It says in its place what is wrong.
  };
  const heard = (_: ISessionContext, { header, content }: KernelMessage.IMessage): void => {
    if (header.msg_type !== 'comm_open') return;
    const view = model?.data[WIDGET_VIEW] as { readonly model_id?: string } | undefined;
    if ((content as KernelMessage.ICommOpenMsg['content']).comm_id === view?.model_id) void again();
  };
  const connected = (_: ISessionContext, status: Kernel.ConnectionStatus): void => {
    if (status === 'connected') void again();
  };
  sessionContext.iopubMessage.connect(heard);
  sessionContext.connectionStatusChanged.connect(connected);
  renderer.disposed.connect(() => {
    sessionContext.iopubMessage.disconnect(heard);
    sessionContext.connectionStatusChanged.disconnect(connected);
  });
  return renderer;
}
