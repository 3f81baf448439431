import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { BROWSER_PLACE } from '../../../../server/wire/browser-runtime.ts';
import type { RuntimesModel } from '../../runtimes/runtimes-model.ts';
import type { PageRuntime } from '../page-runtime.ts';
import { HostChip } from './host-chip.ts';
import { whereText, type Whereabouts } from './host-text.ts';
import { startAgain } from './start-again.ts';
import { tellWhere } from './tell-where.ts';

export interface HostKnowledge {
  readonly runtime: PageRuntime;
  readonly model: RuntimesModel;
  /** What somebody is called, by their user name; null for this page's own person, empty for somebody without a name. */
  readonly personOf: (username: string) => string | null;
}

/** Says beside a notebook's kernel, where that runs in a browser, in which tab, and how far it is loaded. */
export function watchHost(panel: NotebookPanel, known: HostKnowledge): IDisposable {
  const { runtime, model } = known;
  const { sessionContext, toolbar } = panel;
  let watch: IDisposable | null = null;
  let chip: HostChip | null = null;
  /** Of the kernelspec of the last kernel, which may be gone. */
  let last: string | null = null;

  function show(): void {
    const name = sessionContext.session?.kernel?.name;
    if (name !== undefined) last = name;
    const where = last === null ? null : whereabouts(panel, last, known);
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
    chip = new HostChip(() => tellMore());
    chip.say(text);
    // The toolbar measures an item once, when it comes: it must not come empty.
    if (!toolbar.insertBefore('kernelName', 'in-the-loop-host', chip))
      toolbar.addItem('in-the-loop-host', chip);
  }

  function tellMore(): void {
    const where = last === null ? null : whereabouts(panel, last, known);
    if (where === null || last === null) return;
    const text = whereText(where);
    if (text.isOver) void startAgain(sessionContext, last);
    else void tellWhere(text, where.kind === 'here' ? runtime.find(where.kernelId) : null);
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
    runtime.connectionChanged,
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

/** Null where the notebook's kernel runs in no browser. @param name of its kernelspec, also where it is gone */
function whereabouts(
  { sessionContext }: NotebookPanel,
  name: string,
  { runtime, model, personOf }: HostKnowledge,
): Whereabouts | null {
  if (!name.startsWith(`${BROWSER_PLACE}.`)) return null;
  const kernel = sessionContext.session?.kernel ?? null;
  if (kernel === null) return { kind: 'over' };
  const hosted = runtime.find(kernel.id);
  if (hosted !== null) {
    const { state, canInterrupt } = hosted;
    // While the server is there it is only on its way.
    const unshared = runtime.connection.kind === 'accepted' ? 0 : hosted.unshared;
    return { kind: 'here', kernelId: kernel.id, state, unshared, canInterrupt };
  }
  if (kernel.status === 'dead') return { kind: 'over' };
  const host = model.runtimes.find(({ kernelId }) => kernelId === kernel.id)?.host;
  if (host === undefined) return { kind: 'elsewhere', host: null };
  return { kind: 'elsewhere', host: { ...host, person: personOf(host.person) } };
}
