import { CellChangesView } from './cell-change-view.ts';
import { changedCells } from './changed-cell.ts';
import { contextView } from './context-view.ts';
import { button, disclosure, element } from './element.ts';
import { shownContent } from './shown-content.ts';
import { StepView } from './step-view.ts';
import type { TurnDependencies } from './turn-dependencies.ts';
import { answerText, type TurnModel, type TurnOutcome, waitingCalls } from './turn-model.ts';
import { costOf, usageText } from './usage-text.ts';

/** A question and all that came of it. */
export class TurnView {
  readonly node = element('article', 'itl-Agent-turn');
  readonly #steps = element('div', 'itl-Agent-steps');
  readonly #stepViews = new Map<number, StepView>();
  readonly #all = element('div', 'itl-Agent-all itl-Agent-row');
  readonly #status = element('div', 'itl-Agent-status');
  readonly #tools = element('div', 'itl-Agent-row itl-Agent-turnTools');
  readonly #changes = disclosure('itl-Agent-turnChanges', '');
  readonly #changesBody = element('div', '');
  readonly #context = disclosure('itl-Agent-sent', 'What was sent');
  #shown: TurnModel | null = null;
  #changesView: CellChangesView | null = null;

  constructor(
    turn: TurnModel,
    private readonly deps: TurnDependencies,
  ) {
    this.node.append(this.#question(turn), this.#context, this.#steps, this.#all);
    this.node.append(this.#status, this.#changes, this.#tools);
    this.#context.hidden = !turn.hasContext;
    this.#context.addEventListener('toggle', () => void this.#showContext(turn.turnId));
    this.#changes.append(this.#changesBody);
    this.#changes.addEventListener('toggle', () => this.#showChanges());
    this.#all.setAttribute('role', 'group');
    this.#all.setAttribute('aria-label', 'All that waits for approval');
  }

  show(turn: TurnModel, progressOf: (callId: string) => string): void {
    const isOver = turn.outcome !== null;
    const isChanged = turn !== this.#shown;
    for (const step of turn.steps.slice(isChanged ? 0 : -1))
      this.#stepView(step.step, turn.turnId).show(step, isOver, progressOf);
    if (!isChanged) return;
    const before = this.#shown;
    this.#shown = turn;
    this.#showAll(turn);
    this.#status.textContent = this.#statusText(turn);
    this.#status.dataset['outcome'] = turn.outcome?.type ?? 'open';
    if (before === null || before.outcome !== turn.outcome || before.reverted !== turn.reverted)
      this.#showTools(turn);
    const changed = changesOf(turn).length;
    this.#changes.hidden = changed === 0;
    const summary = this.#changes.querySelector('summary') as HTMLElement;
    summary.textContent = changed === 1 ? '1 change of a cell' : `${changed} changes of cells`;
  }

  dispose(): void {
    for (const step of this.#stepViews.values()) step.dispose();
    this.#changesView?.dispose();
  }

  #question(turn: TurnModel): HTMLElement {
    const who = this.deps.nameOf(turn.asker);
    const when = new Date(turn.askedAt);
    this.node.setAttribute('aria-label', `${who}, ${when.toLocaleTimeString([], { timeStyle: 'short' })}`);
    const box = element('div', 'itl-Agent-asked');
    const head = element('header', 'itl-Agent-askedHead');
    const time = element('time', '', when.toLocaleTimeString([], { timeStyle: 'short' }));
    time.dateTime = when.toISOString();
    time.title = when.toLocaleString();
    head.append(element('strong', '', who), time);
    const text = (words: string): HTMLElement => element('p', 'itl-Agent-words', words);
    box.append(head, ...shownContent(turn.question, this.deps.imageUrl, text));
    return box;
  }

  #stepView(step: number, turnId: string): StepView {
    let view = this.#stepViews.get(step);
    if (view === undefined) {
      view = new StepView(turnId, this.deps);
      this.#stepViews.set(step, view);
      this.#steps.append(view.node);
    }
    return view;
  }

  /** Only where more than one waits: each has its own buttons. */
  #showAll(turn: TurnModel): void {
    const waiting = waitingCalls(turn).filter(({ preview }) => preview?.['kind'] !== 'question');
    if (waiting.length < 2) return this.#all.replaceChildren();
    // One by one: what is asked besides is not answered by that.
    const decide = async (approve: boolean): Promise<void> => {
      for (const { callId } of waiting)
        await this.deps.approve(turn.turnId, { call_id: callId, approve, scope: 'call', remark: null });
    };
    this.#all.replaceChildren(
      element('span', '', `${waiting.length} wait for approval.`),
      button('Approve all', () => void decide(true), { kind: 'accept' }),
      button('Reject all', () => void decide(false), { kind: 'warn' }),
    );
  }

  #statusText(turn: TurnModel): string {
    const usage = usageText(turn.usage, turn.usage && costOf(turn.usage, this.deps.modelOf(turn.modelId)));
    const model = this.deps.modelOf(turn.modelId)?.name ?? turn.modelId;
    const parts = [this.#outcomeText(turn), turn.outcome === null ? '' : model, usage];
    return parts.filter((part) => part !== '').join(' · ');
  }

  #outcomeText(turn: TurnModel): string {
    const { outcome, reverted } = turn;
    if (reverted !== null) {
      const { left, by } = reverted;
      const reasons = left.map(({ reason }) => reason).join(' ');
      const kept = left.length === 0 ? '' : ` Left as they are: ${left.length}. ${reasons}`;
      return `Taken back by ${this.deps.nameOf(by)}.${kept}`.trim();
    }
    if (outcome !== null) return outcomeText(outcome, this.deps.nameOf);
    if (waitingCalls(turn).length > 0) return 'Waits for you.';
    const step = turn.steps.at(-1);
    return step?.isAnswered === true
      ? 'At work…'
      : step?.text === '' || step === undefined
        ? 'Thinking…'
        : 'Writing…';
  }

  #showTools(turn: TurnModel): void {
    const { deps } = this;
    const { turnId } = turn;
    const hadFocus = this.#tools.contains(document.activeElement);
    const tools: HTMLElement[] = [];
    if (turn.outcome === null)
      tools.push(
        button('Stop', () => void deps.stop(turnId, false), { kind: 'warn' }),
        button('Stop, and interrupt its run', () => void deps.stop(turnId, true)),
      );
    else {
      tools.push(
        button('Ask again', () => deps.retry(turn), { label: 'Ask the same question again' }),
        button('Edit', () => deps.editAgain(turn), { label: 'Edit the question and ask it anew' }),
      );
      const text = answerText(turn);
      if (text !== '')
        tools.push(
          button(
            'Copy',
            () => {
              deps.markdown.actions.copy(text);
              deps.say('The answer was copied.');
            },
            { label: 'Copy the answer as Markdown' },
          ),
        );
      if (changesOf(turn).length > 0 && turn.reverted === null) {
        const revert = button('Take its changes back', () => {
          revert.disabled = true;
          void deps.revert(turnId).then((isDone) => {
            revert.disabled = isDone;
          });
        });
        tools.push(revert);
      }
    }
    this.#tools.replaceChildren(...tools);
    if (hadFocus) tools[0]?.focus();
  }

  #showChanges(): void {
    this.#changesView?.dispose();
    this.#changesView = null;
    const turn = this.#shown;
    if (!this.#changes.open || turn === null) return this.#changesBody.replaceChildren();
    this.#changesView = new CellChangesView(this.deps.editors, this.deps.notebooks);
    this.#changesBody.replaceChildren(this.#changesView.node);
    void this.#changesView.show(changesOf(turn));
  }

  async #showContext(turnId: string): Promise<void> {
    if (!this.#context.open || this.#context.childElementCount > 1) return;
    try {
      this.#context.append(contextView(await this.deps.context(turnId)));
    } catch (error) {
      this.deps.say(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Of all calls, in the order in which they were made. */
function changesOf(turn: TurnModel) {
  return turn.steps.flatMap(({ calls }) =>
    calls.flatMap(({ result }) => (result?.isError === true ? [] : changedCells(result?.details ?? null))),
  );
}

export function outcomeText(outcome: TurnOutcome, nameOf: (username: string) => string): string {
  switch (outcome.type) {
    case 'done':
      return '';
    case 'stopped':
      return `Stopped by ${nameOf(outcome.by)}.`;
    case 'failed':
      return `Failed: ${outcome.message}`;
    case 'step-limit':
      return `Ended after ${outcome.steps} steps, as many as a turn may take.`;
  }
}
