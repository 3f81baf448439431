import type { PlaceCheckLine } from '../../../server/wire/place.ts';
import { element, withCode } from '../agent/element.ts';
import { button, workButton } from './controls.ts';

/** A check that failed. */
export type CheckFailure = Extract<PlaceCheckLine, { readonly type: 'failed' }>;

/** The steps of "Try it" as they are taken, and what became of them. */
export class CheckView {
  readonly node = element('div', 'itl-Places-check');
  readonly #steps = element('ol', 'itl-Places-steps');
  readonly #outcome = element('div', 'itl-Places-outcome');

  /**
   * @param names how a kernelspec of its full name is called
   * @param accept trusts a host key, and tries again; rejects with a sentence for people
   */
  constructor(
    private readonly names: (kernelspec: string) => string,
    private readonly accept: (failure: CheckFailure) => Promise<void>,
  ) {
    this.#steps.setAttribute('aria-live', 'polite');
    this.#outcome.setAttribute('role', 'status');
    this.node.append(this.#steps, this.#outcome);
    this.clear();
  }

  clear(): void {
    this.node.hidden = true;
    this.#steps.replaceChildren();
    this.#outcome.replaceChildren();
  }

  begin(): void {
    this.clear();
    this.node.hidden = false;
  }

  show(line: PlaceCheckLine): void {
    const last = this.#steps.lastElementChild;
    if (line.type === 'step') {
      last?.setAttribute('data-state', 'done');
      const step = element('li', 'itl-Places-step', line.text);
      step.dataset['state'] = 'open';
      this.#steps.append(step);
      return;
    }
    last?.setAttribute('data-state', line.type);
    if (line.type === 'done') this.#done(line.kernelspecs);
    else this.#failed(line);
  }

  /** It could not even be asked. */
  showProblem(problem: string): void {
    this.#outcome.replaceChildren(element('p', 'itl-Places-problem', problem));
  }

  #done(kernelspecs: readonly string[]): void {
    const names = kernelspecs.map(this.names).join(', ');
    const text =
      names === '' ? 'It works, and has no kernels to offer.' : `It works. Kernels there: ${names}.`;
    this.#outcome.replaceChildren(element('p', 'itl-Places-good', text));
  }

  #failed(failure: CheckFailure): void {
    const problem = element('p', 'itl-Places-problem', failure.message);
    const remedy = element('p', 'itl-Places-remedy');
    remedy.append(...withCode(failure.remedy));
    this.#outcome.replaceChildren(problem, remedy);
    if (failure.code === 'PLACE_HOST_KEY_UNKNOWN') this.#outcome.append(this.#hostKey(failure));
  }

  #hostKey(failure: CheckFailure): HTMLElement {
    const asked = element('div', 'itl-Places-hostKey');
    asked.setAttribute('role', 'group');
    asked.setAttribute('aria-label', 'Host key');
    const { fingerprint = '', host = '', keyType = '' } = failure.details;
    const what = [keyType, host].filter((text) => text !== '').join(' of ');
    asked.append(
      element('p', '', `This machine was never seen before. It says that its key${what && ` (${what})`} is:`),
      element('code', 'itl-Places-fingerprint', fingerprint),
      element(
        'p',
        '',
        'Compare it with what the machine itself or its administrators say. If it differs, somebody else may answer in its name.',
      ),
    );
    const row = element('div', 'itl-Places-row');
    row.append(
      workButton('It is right: trust it', () => this.#accepted(failure), { kind: 'accept' }),
      button('Refuse', () => {
        asked.replaceWith(element('p', 'itl-Places-refused', 'Refused: nothing was sent to that machine.'));
      }),
    );
    asked.append(row);
    return asked;
  }

  async #accepted(failure: CheckFailure): Promise<void> {
    try {
      await this.accept(failure);
    } catch (error) {
      this.showProblem(error instanceof Error ? error.message : String(error));
    }
  }
}
