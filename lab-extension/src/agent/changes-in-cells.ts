import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { approvalForm } from './approval-view.ts';
import { CellChangesView } from './cell-change-view.ts';
import { type ChangedCell, changedCells } from './changed-cell.ts';
import { element } from './element.ts';
import { openTurn, type ThreadModel } from './thread-model.ts';
import { toolText } from './tool-text.ts';
import type { TurnDependencies } from './turn-dependencies.ts';
import { type CallModel, waitingCalls } from './turn-model.ts';

const CHANGED = 'data-itl-agent-changed';

/** In the notebook: what the assistant wants to change, at the cell, with yes and no; and a mark on cells that it has changed. */
export class ChangesInCells {
  /** By call. */
  readonly #asking = new Map<string, { readonly node: HTMLElement; readonly view: CellChangesView }>();
  #marked: readonly HTMLElement[] = [];
  #seen: readonly unknown[] = [];

  constructor(
    private readonly tracker: INotebookTracker,
    private readonly pathOf: (panel: NotebookPanel) => string,
    private readonly deps: TurnDependencies,
  ) {}

  /** @param thread null: there is none in front */
  show(thread: ThreadModel | null): void {
    const last = thread?.turns.at(-1);
    // Most of what happens is text that comes.
    const seen = [last?.outcome, last?.reverted, ...(last?.steps.map(({ calls }) => calls) ?? [])];
    if (seen.length === this.#seen.length && seen.every((each, index) => each === this.#seen[index])) return;
    this.#seen = seen;
    const turn = thread && openTurn(thread);
    const waiting = turn === null ? [] : waitingCalls(turn);
    for (const [callId, { node, view }] of this.#asking)
      if (!waiting.some((call) => call.callId === callId)) {
        view.dispose();
        node.remove();
        this.#asking.delete(callId);
      }
    if (turn !== null) for (const call of waiting) this.#ask(turn.turnId, call);
    this.#mark(thread);
  }

  #ask(turnId: string, call: CallModel): void {
    const [change] = changedCells(call.preview);
    const panel = this.#panelOf(call.preview?.['path']);
    if (change === undefined || panel === null) return;
    const place = placeOf(panel, change);
    if (place === undefined) return;
    const shown = this.#asking.get(call.callId)?.node ?? this.#box(turnId, call, change);
    if (shown.parentElement !== place) place.append(shown);
  }

  #box(turnId: string, call: CallModel, change: ChangedCell): HTMLElement {
    const node = element('div', 'itl-AgentChange itl-Agent-inCell');
    const view = new CellChangesView(this.deps.editors, {
      numberOf: () => null,
      goTo: () => Promise.resolve(),
    });
    void view.show([change]);
    const decide: Parameters<typeof approvalForm>[2] = (approve, scope, remark) =>
      this.deps.approve(turnId, { call_id: call.callId, approve, scope, remark });
    node.append(view.node, approvalForm(toolText(call.toolName), true, decide));
    // What is typed here is not meant for the notebook.
    node.dataset['lmSuppressShortcuts'] = 'true';
    this.#asking.set(call.callId, { node, view });
    return node;
  }

  /** Of the last turn alone: what went before is in the conversation. */
  #mark(thread: ThreadModel | null): void {
    const turn = thread?.turns.at(-1);
    const calls =
      turn === undefined || turn.reverted !== null ? [] : turn.steps.flatMap((step) => step.calls);
    const marked: HTMLElement[] = [];
    for (const { result } of calls) {
      const panel = result?.isError === false ? this.#panelOf(result.details?.['path']) : null;
      if (panel === null) continue;
      const ids = new Set(changedCells(result?.details ?? null).map(({ cellId }) => cellId));
      for (const { model, node } of panel.content.widgets) if (ids.has(model.id)) marked.push(node);
    }
    for (const node of this.#marked) if (!marked.includes(node)) node.removeAttribute(CHANGED);
    for (const node of marked) node.setAttribute(CHANGED, '');
    this.#marked = marked;
  }

  #panelOf(path: unknown): NotebookPanel | null {
    return this.tracker.find((panel) => this.pathOf(panel) === path) ?? null;
  }
}

/** The cell itself; of a new one the cell that it comes behind. */
function placeOf(
  { content }: NotebookPanel,
  { cellId, change, index }: ChangedCell,
): HTMLElement | undefined {
  const { widgets } = content;
  if (change !== 'create') return widgets.find(({ model }) => model.id === cellId)?.node;
  return widgets[Math.max(0, Math.min(index ?? widgets.length, widgets.length) - 1)]?.node;
}
