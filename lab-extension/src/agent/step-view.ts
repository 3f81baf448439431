import { CallView } from './call-view.ts';
import { disclosure, element } from './element.ts';
import { MarkdownView } from './markdown-view.ts';
import type { TurnDependencies } from './turn-dependencies.ts';
import type { StepModel } from './turn-model.ts';

/** One answer of the model: what it thought, what it said, and what it had done. */
export class StepView {
  readonly node = element('div', 'itl-Agent-step');
  readonly #reasoning = disclosure('itl-Agent-reasoning', 'Reasoning');
  readonly #thoughts = element('div', 'itl-Agent-thoughts');
  readonly #text: MarkdownView;
  readonly #failure = element('p', 'itl-Agent-note');
  readonly #calls = new Map<string, CallView>();
  #shown: StepModel | null = null;

  constructor(
    private readonly turnId: string,
    private readonly deps: TurnDependencies,
  ) {
    this.#text = new MarkdownView(deps.markdown);
    this.#reasoning.append(this.#thoughts);
    this.#reasoning.hidden = true;
    this.#failure.hidden = true;
    this.node.append(this.#reasoning, this.#text.node, this.#failure);
  }

  /** @param isOver the turn is; nothing more comes */
  show(step: StepModel, isOver: boolean, progressOf: (callId: string) => string): void {
    for (const call of step.calls) this.#callView(call.callId).show(call, isOver, progressOf(call.callId));
    this.#text.show(step.text, step.isAnswered || isOver);
    if (step === this.#shown) return;
    this.#shown = step;
    this.#reasoning.hidden = step.reasoning === '';
    this.#thoughts.textContent = step.reasoning;
    const { failure } = step;
    this.#failure.hidden = failure === null || isOver;
    this.#failure.textContent =
      failure === null
        ? ''
        : `${failure.message} It is asked again${failure.delay < 1000 ? '' : ` in ${Math.round(failure.delay / 1000)} s`}.`;
    if (step.finish === 'length')
      this.#note('The answer was cut off: it became longer than the model can say at once.');
    if (step.finish === 'content-filter') this.#note('The provider held back the rest of the answer.');
  }

  dispose(): void {
    for (const call of this.#calls.values()) call.dispose();
  }

  #note(text: string): void {
    this.#failure.hidden = false;
    this.#failure.textContent = text;
  }

  #callView(callId: string): CallView {
    let view = this.#calls.get(callId);
    if (view === undefined) {
      view = new CallView(this.turnId, this.deps);
      this.#calls.set(callId, view);
      this.node.append(view.node);
    }
    return view;
  }
}
