import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { BROWSER_PLACE } from '../../../../server/wire/browser-runtime.ts';
import type { RuntimesModel } from '../../runtimes/runtimes-model.ts';
import type { PageRuntime } from '../page-runtime.ts';
import { NoticeBar } from '../../file-notes/notice-bar.ts';
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

/** What JupyterLab says of a notebook whose kernel is about to come or to go: it is over only for that moment. */
const PASSING: readonly string[] = ['initializing', 'starting', 'restarting', 'terminating'];

/**
 * Says beside a notebook's kernel, where that runs in a browser, in which tab, and how far it is loaded; and above the notebook
 * when it is over, for a toolbar without room hides what is beside the kernel.
 */
export function watchHost(panel: NotebookPanel, known: HostKnowledge): IDisposable {
  const { runtime, model } = known;
  const { sessionContext, toolbar } = panel;
  let watch: IDisposable | null = null;
  let chip: HostChip | null = null;
  /** Of the kernelspec of the last kernel, which may be gone. */
  let last: string | null = null;
  let wasHere = false;
  /** From here, by this tab's person: who then has no kernel chose it. */
  let wasEnded = false;
  let bar: NoticeBar | null = null;

  function show(): void {
    const name = sessionContext.session?.kernel?.name;
    if (name !== undefined) last = name;
    const where = whereIsIt();
    if (where !== null && where.kind !== 'over') wasHere = where.kind === 'here';
    if (sessionContext.isTerminating) wasEnded = true;
    else if (sessionContext.session !== null) wasEnded = false;
    const text = where === null ? null : whereText(where);
    tellOver(text?.over ?? null);
    if (where === null || text === null) {
      chip?.dispose();
      chip = null;
      watch?.dispose();
      watch = null;
      return;
    }
    // Of its own kernels the page knows by itself.
    if (where.kind === 'elsewhere') watch ??= model.watch();
    if (chip !== null) {
      // To ask for a width lays out the page, which takes long where a cell has printed much.
      if (chip.says(text)) return;
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

  function tellOver(over: string | null): void {
    const isKnown = wasEnded || PASSING.includes(sessionContext.kernelDisplayStatus);
    if (over === null || isKnown) return bar?.present(null);
    if (bar === null) panel.contentHeader.addWidget((bar = new NoticeBar(() => panel.activate())));
    bar.present({ text: over, actions: [{ label: 'Start it here', run: startHere }] });
  }

  function startHere(): void {
    if (last !== null) void startAgain(sessionContext, last);
  }

  function whereIsIt(): Whereabouts | null {
    return last === null ? null : whereabouts(panel, { name: last, wasHere }, known);
  }

  function tellMore(): void {
    const where = whereIsIt();
    if (where === null) return;
    const text = whereText(where);
    if (text.over !== null) startHere();
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
    bar?.dispose();
  });
}

/** Null where the notebook's kernel runs in no browser. The last one's name counts where it is gone. */
function whereabouts(
  { sessionContext }: NotebookPanel,
  { name, wasHere }: { readonly name: string; readonly wasHere: boolean },
  { runtime, model, personOf }: HostKnowledge,
): Whereabouts | null {
  if (!name.startsWith(`${BROWSER_PLACE}.`)) return null;
  const kernel = sessionContext.session?.kernel ?? null;
  if (kernel === null) return { kind: 'over', wasHere };
  const hosted = runtime.find(kernel.id);
  if (hosted !== null) {
    const { state, canInterrupt } = hosted;
    // While the server is there it is only on its way.
    const unshared = runtime.connection.kind === 'accepted' ? 0 : hosted.unshared;
    return { kind: 'here', kernelId: kernel.id, state, unshared, canInterrupt };
  }
  if (kernel.status === 'dead') return { kind: 'over', wasHere };
  const host = model.runtimes.find(({ kernelId }) => kernelId === kernel.id)?.host;
  if (host === undefined) return { kind: 'elsewhere', host: null };
  return { kind: 'elsewhere', host: { ...host, person: personOf(host.person) } };
}
