import type { PlaceModel } from '../../../server/wire/place.ts';
import type { RuntimeAgentModel } from '../../../server/wire/places-api.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import type { WarmKernelsModel } from '../../../server/wire/warm-kernels.ts';
import { disclosure, element, withCode } from '../agent/element.ts';
import { CheckView } from '../places/check-view.ts';
import { button, workButton } from '../places/controls.ts';
import { shortName } from '../places/place-of-kernelspec.ts';
import { KIND_TEXT, shortcomings, stateText } from '../places/place-text.ts';
import { KernelRow } from './kernel-row.ts';
import type { PlaceActions } from './place-actions.ts';
import type { RuntimeActions } from './runtime-actions.ts';
import { machineText, spanText, warmText } from './runtime-text.ts';

let sections = 0;

/** One place with its kernels. It is changed in place, as its rows are. */
export class PlaceSection {
  readonly node = element('section', 'itl-RuntimePlace');
  readonly #title = element('h3', 'itl-RuntimePlace-title');
  readonly #kind = element('span', 'itl-RuntimePlace-kind');
  readonly #state = element('span', 'itl-RuntimePlace-state');
  readonly #problem = element('div', 'itl-RuntimePlace-problem');
  readonly #machine = element('p', 'itl-Places-help');
  readonly #start = disclosure('itl-RuntimePlace-start', 'Start a kernel');
  readonly #kernelspecs = element('ul', 'itl-RuntimePlace-kernelspecs');
  readonly #shortcomings = disclosure('itl-RuntimePlace-shortcomings', 'What it cannot do');
  readonly #list = element('ul', 'itl-Runtime-list');
  readonly #none = element('p', 'itl-Places-help', 'No kernels run here.');
  readonly #warm = element('p', 'itl-Places-help itl-RuntimePlace-warm');
  readonly #tools = element('div', 'itl-Places-row');
  readonly #check: CheckView;
  readonly #rows = new Map<string, KernelRow>();
  #place: PlaceModel;
  #offered = '';

  constructor(
    place: PlaceModel,
    private readonly actions: PlaceActions,
    private readonly runtimeActions: RuntimeActions,
  ) {
    this.#place = place;
    this.#check = new CheckView(
      (kernelspec) => actions.nameOf(kernelspec),
      ({ details }) => actions.trust(this.#place, details['fingerprint'] ?? '', this.#check),
    );
    sections += 1;
    this.#title.id = `itl-RuntimePlace-${sections}`;
    this.node.setAttribute('aria-labelledby', this.#title.id);
    const head = element('div', 'itl-RuntimePlace-head');
    head.append(this.#title, this.#kind, this.#state);
    this.#start.append(this.#kernelspecs);
    this.#buildTools(place);
    this.node.append(
      ...[head, this.#problem, this.#machine, this.#list, this.#none, this.#warm],
      ...[this.#start, this.#shortcomings, this.#tools, this.#check.node],
    );
  }

  /**
   * @param agent what is known of the machine that dials in
   * @param warm what waits here for a notebook
   */
  update(
    place: PlaceModel,
    runtimes: readonly RuntimeModel[],
    agent: RuntimeAgentModel | null,
    now: number,
    warm: readonly WarmKernelsModel[] = [],
  ): void {
    this.#place = place;
    this.#title.textContent = place.title;
    this.#kind.textContent = place.kind === 'local' ? '' : KIND_TEXT[place.kind];
    this.#state.textContent = stateText(place.state);
    this.#state.dataset['state'] = place.state.kind;
    const { text, remedy } = place.state;
    this.#problem.replaceChildren(...withCode([text ?? '', remedy ?? ''].join(' ').trim()));
    this.#problem.hidden = text === null && remedy === null;
    this.#problem.dataset['state'] = place.state.kind;
    this.#machine.textContent = machineLine(place, agent, now);
    this.#machine.hidden = this.#machine.textContent === '';
    for (const tool of this.#tools.querySelectorAll('button'))
      tool.setAttribute('aria-label', `${tool.textContent}: ${place.title}`);
    this.#showShortcomings(place);
    this.#showKernelspecs(place);
    this.#showKernels(runtimes, now);
    this.#warm.textContent = warmText(warm);
    this.#warm.hidden = warm.length === 0;
  }

  #buildTools(place: PlaceModel): void {
    // Both are always there; pages connect by themselves.
    if (place.kind === 'local' || place.kind === 'browser') return;
    const { actions } = this;
    this.#tools.append(workButton('Try it', () => actions.tryIt(this.#place, this.#check)));
    this.#tools.append(workButton('Reconnect', () => actions.reconnect(this.#place)));
    if (place.isConfigured)
      this.#tools.append(element('span', 'itl-Places-help', 'From the configuration file.'));
    else if (place.kind === 'agent')
      this.#tools.append(workButton('Revoke key…', () => actions.revoke(this.#place)));
    else
      this.#tools.append(
        button('Edit…', () => actions.edit(this.#place)),
        workButton('Remove…', () => actions.remove(this.#place)),
      );
  }

  #showShortcomings(place: PlaceModel): void {
    const sentences = shortcomings(place);
    this.#shortcomings.hidden = sentences.length === 0;
    this.#shortcomings.replaceChildren(
      this.#shortcomings.firstElementChild as Element,
      ...sentences.map((sentence) => element('p', 'itl-Places-help', sentence)),
    );
  }

  #showKernelspecs(place: PlaceModel): void {
    const { actions } = this;
    const inFront = actions.notebookInFront();
    const names = place.kernelspecs.map((name) => shortName(actions.nameOf(name), place));
    const canStart = place.state.kind === 'ready' && names.length > 0;
    this.#start.hidden = !canStart;
    const offered = JSON.stringify([inFront, names]);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#kernelspecs.replaceChildren(
      ...place.kernelspecs.map((kernelspec, index) => {
        const name = names[index] ?? kernelspec;
        const row = element('li', '');
        const tools = element('div', 'itl-Places-row');
        tools.append(
          workButton('New notebook', () => actions.newNotebook(kernelspec), {
            label: `New notebook: ${name}, ${place.title}`,
          }),
        );
        if (inFront !== null)
          tools.append(
            workButton(`Use in ${inFront}`, () => actions.useInNotebook(kernelspec), {
              label: `Use in ${inFront}: ${name}, ${place.title}`,
            }),
          );
        row.append(element('span', '', name), tools);
        return row;
      }),
    );
  }

  #showKernels(runtimes: readonly RuntimeModel[], now: number): void {
    const ids = new Set(runtimes.map(({ kernelId }) => kernelId));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.#rows.delete(id);
    }
    for (const runtime of runtimes) {
      let row = this.#rows.get(runtime.kernelId);
      if (row === undefined) {
        row = new KernelRow(runtime, this.runtimeActions);
        this.#rows.set(runtime.kernelId, row);
        this.#list.append(row.node);
      }
      row.update(runtime, this.#place, now);
    }
    this.#list.hidden = runtimes.length === 0;
    this.#none.hidden = runtimes.length > 0;
  }
}

function machineLine(place: PlaceModel, agent: RuntimeAgentModel | null, now: number): string {
  const machine = place.machine ?? agent?.machine ?? null;
  const parts = machine === null ? [] : [machineText(machine)];
  if (agent?.lastSeen === null) parts.push('It has never connected so far.');
  else if (agent !== null && !agent.isConnected)
    parts.push(`last seen ${spanText(now - Date.parse(agent.lastSeen))} ago`);
  return parts.join(' · ');
}
