import type { PlaceModel } from '../../../server/wire/place.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import { disclosure, element } from '../agent/element.ts';
import { button, workButton } from '../places/controls.ts';
import { shortName } from '../places/place-of-kernelspec.ts';
import type { RuntimeActions } from './runtime-actions.ts';
import { consoleCommand, kernelFacts, kernelStateText } from './runtime-text.ts';

/** One kernel in the list. It is changed in place, so that whoever uses the keyboard stays where they are. */
export class KernelRow {
  readonly node = element('li', 'itl-Runtime');
  readonly #name = element('span', 'itl-Runtime-name');
  readonly #state = element('span', 'itl-Runtime-state');
  readonly #stateText = element('p', 'itl-Runtime-text');
  readonly #notebook: HTMLButtonElement;
  readonly #facts = element('dl', 'itl-Runtime-facts');
  readonly #tools = element('div', 'itl-Places-row');
  readonly #restart: HTMLButtonElement;
  readonly #move: HTMLButtonElement;
  readonly #copy: HTMLButtonElement;
  readonly #log = disclosure('itl-Runtime-log', 'Log');
  readonly #logText = element('pre', 'itl-Runtime-logText');
  #runtime: RuntimeModel;

  constructor(
    runtime: RuntimeModel,
    private readonly actions: RuntimeActions,
  ) {
    this.#runtime = runtime;
    const act = (text: string, run: (runtime: RuntimeModel) => Promise<void>): HTMLButtonElement =>
      workButton(text, () => run(this.#runtime));
    this.#notebook = button('', () => actions.openNotebook(this.#runtime.notebook ?? ''));
    this.#notebook.classList.add('itl-Runtime-notebook');
    this.#restart = act('Restart', (of) => actions.restart(of));
    this.#move = act('Move…', (of) => actions.move(of));
    this.#copy = button('Copy console command', () => actions.copy(consoleCommand(this.#runtime) ?? ''));
    this.#tools.append(
      act('Interrupt', (of) => actions.interrupt(of)),
      this.#restart,
      act('Stop', (of) => actions.stop(of)),
      act('Reconnect', (of) => actions.reconnect(of)),
      this.#move,
      this.#copy,
    );
    this.#logText.tabIndex = 0;
    this.#log.append(this.#logText);
    this.#log.addEventListener('toggle', () => {
      if (this.#log.open) void this.#readLog();
    });
    const head = element('div', 'itl-Runtime-head');
    head.append(this.#name, this.#state);
    this.node.append(head, this.#stateText, this.#notebook, this.#facts, this.#tools, this.#log);
  }

  /** @param place where it runs; null while that is not known */
  update(runtime: RuntimeModel, place: PlaceModel | null, now: number): void {
    this.#runtime = runtime;
    const name = shortName(runtime.displayName, runtime.place);
    const what = runtime.notebook === null ? name : `${name} of ${runtime.notebook}`;
    this.node.setAttribute('aria-label', what);
    this.node.dataset['kernel'] = runtime.kernelId;
    this.#name.textContent = name;
    this.#state.textContent = kernelStateText(runtime);
    this.#state.dataset['state'] = runtime.state;
    this.#stateText.textContent = runtime.stateText ?? '';
    this.#stateText.hidden = runtime.stateText === null;
    this.#notebook.textContent = runtime.notebook ?? '';
    this.#notebook.hidden = runtime.notebook === null;
    this.#notebook.title = `Open ${runtime.notebook ?? ''}`;
    this.#facts.replaceChildren(
      ...kernelFacts(runtime, now).map(([word, value]) => {
        const fact = element('div', '');
        fact.append(element('dt', '', word), element('dd', '', value));
        return fact;
      }),
    );
    for (const tool of this.#tools.querySelectorAll('button'))
      tool.setAttribute('aria-label', `${tool.textContent}: ${what}`);
    this.#restart.hidden = place?.capabilities.restart === false;
    this.#move.hidden = runtime.notebook === null;
    this.#copy.hidden = consoleCommand(runtime) === null;
    this.#logText.setAttribute('aria-label', `Log of ${what}`);
  }

  async #readLog(): Promise<void> {
    this.#logText.textContent = 'Loading…';
    const text = await this.actions.log(this.#runtime);
    if (text === null) this.#log.open = false;
    else this.#logText.textContent = text === '' ? 'It has written nothing.' : text;
    this.#logText.scrollTop = this.#logText.scrollHeight;
  }
}
