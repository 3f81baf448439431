import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { BROWSER_PLACE } from '../../../../server/wire/browser-runtime.ts';
import type { RuntimesModel } from '../../runtimes/runtimes-model.ts';
import type { PageRuntime } from '../page-runtime.ts';
import { HostChip } from './host-chip.ts';
import { whereText, type Whereabouts } from './host-text.ts';
import { tellWhere } from './tell-where.ts';

/** Says beside a notebook's kernel, where that runs in a browser, in which tab, and how far it is loaded. */
export function watchHost(panel: NotebookPanel, runtime: PageRuntime, model: RuntimesModel): IDisposable {
  const { sessionContext, toolbar } = panel;
  let watch: IDisposable | null = null;
  let chip: HostChip | null = null;

  function show(): void {
    const where = whereabouts(panel, runtime, model);
    if (where === null) {
      chip?.dispose();
      chip = null;
      watch?.dispose();
      watch = null;
      return;
    }
    // Of its own kernels the page knows by itself.
    if (where.kind === 'elsewhere') watch ??= model.watch();
    const text = whereText(where);
    if (chip !== null) {
      const width = chip.node.offsetWidth;
      chip.say(text);
      if (chip.node.offsetWidth !== width) measureAgain();
      return;
    }
    chip = new HostChip(() => {
      const now = whereabouts(panel, runtime, model);
      if (now !== null) void tellWhere(panel, whereText(now));
    });
    chip.say(text);
    // The toolbar measures an item once, when it comes: it must not come empty.
    if (!toolbar.insertBefore('kernelName', 'in-the-loop-host', chip))
      toolbar.addItem('in-the-loop-host', chip);
  }

  function measureAgain(): void {
    const { clientWidth, clientHeight } = toolbar.node;
    MessageLoop.sendMessage(toolbar, new Widget.ResizeMessage(clientWidth, clientHeight));
  }

  const signals = [
    sessionContext.kernelChanged,
    sessionContext.statusChanged,
    sessionContext.sessionChanged,
    runtime.changed,
    model.changed,
  ];
  for (const signal of signals) signal.connect(show);
  show();
  return new DisposableDelegate(() => {
    for (const signal of signals) signal.disconnect(show);
    watch?.dispose();
    chip?.dispose();
  });
}

/** Null where the notebook's kernel, if it has one, runs in no browser. */
export function whereabouts(
  { sessionContext }: NotebookPanel,
  runtime: PageRuntime,
  model: RuntimesModel,
): Whereabouts | null {
  const kernel = sessionContext.session?.kernel;
  if (kernel == null || !kernel.name.startsWith(`${BROWSER_PLACE}.`)) return null;
  const hosted = runtime.find(kernel.id);
  if (hosted !== null) {
    const { state, unshared, canInterrupt } = hosted;
    return { kind: 'here', state, unshared, canInterrupt };
  }
  if (kernel.status === 'dead') return { kind: 'over' };
  const host = model.runtimes.find(({ kernelId }) => kernelId === kernel.id)?.host ?? null;
  return { kind: 'elsewhere', host };
}
