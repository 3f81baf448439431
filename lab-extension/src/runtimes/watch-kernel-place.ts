import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { placeOfKernelspec, THIS_MACHINE, type SpecPlace } from '../places/place-of-kernelspec.ts';
import { KernelPlaceItem } from './kernel-place-item.ts';
import type { RuntimesModel } from './runtimes-model.ts';

/**
 * Says beside a notebook's kernel what its place says of it, while it says something; nothing is asked of the server for
 * kernels of this machine. Where the kernel is otherwise, its name says already.
 */
export function watchKernelPlace(
  { sessionContext, toolbar }: NotebookPanel,
  model: RuntimesModel,
  tellMore: () => void,
): IDisposable {
  let watch: IDisposable | null = null;
  let item: KernelPlaceItem | null = null;
  const { specsManager } = sessionContext;

  function place(): SpecPlace | null {
    const name = sessionContext.session?.kernel?.name;
    const found = name === undefined ? null : placeOfKernelspec(specsManager.specs, name);
    // Of browsers the page tells more (browser-runtime/shown).
    const isTold = found?.id === THIS_MACHINE.id || found?.kind === 'browser';
    return found === null || isTold ? null : found;
  }

  function show(): void {
    const there = place();
    const id = sessionContext.session?.kernel?.id;
    const said = model.runtimes.find(({ kernelId }) => kernelId === id)?.stateText ?? null;
    if (there === null || said === null) {
      if (item !== null) giveRoomBack();
      item = null;
      return;
    }
    const text = `${there.title}: ${said}`;
    if (item === null) {
      item = new KernelPlaceItem(tellMore);
      item.say(text);
      // The toolbar measures an item once, when it comes: it must not come empty.
      if (!toolbar.insertBefore('kernelName', 'in-the-loop-place', item))
        toolbar.addItem('in-the-loop-place', item);
    } else item.say(text);
  }

  /** The toolbar brings back what it had no room for when it hears of its width, which has not changed. */
  function giveRoomBack(): void {
    item?.dispose();
    const { clientWidth, clientHeight } = toolbar.node;
    MessageLoop.sendMessage(toolbar, new Widget.ResizeMessage(clientWidth, clientHeight));
  }

  function look(): void {
    if (place() === null) {
      watch?.dispose();
      watch = null;
    } else watch ??= model.watch();
    show();
  }

  sessionContext.kernelChanged.connect(look);
  specsManager.specsChanged.connect(look);
  model.changed.connect(show);
  look();
  return new DisposableDelegate(() => {
    sessionContext.kernelChanged.disconnect(look);
    specsManager.specsChanged.disconnect(look);
    model.changed.disconnect(show);
    watch?.dispose();
    item?.dispose();
  });
}
