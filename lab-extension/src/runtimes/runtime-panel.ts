import { Widget } from '@lumino/widgets';
import type { IDisposable } from '@lumino/disposable';
import type { PlaceModel } from '../../../server/wire/place.ts';
import type { RuntimeAgentKey, RuntimeAgentModel } from '../../../server/wire/places-api.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import { element } from '../agent/element.ts';
import { AgentKeyView } from '../places/agent-key-view.ts';
import { button, workButton } from '../places/controls.ts';
import { PlaceFormView, type PlaceFormDependencies } from '../places/place-form-view.ts';
import type { PlaceActions } from './place-actions.ts';
import { PlaceSection } from './place-section.ts';
import type { RuntimeActions } from './runtime-actions.ts';
import type { RuntimesModel } from './runtimes-model.ts';

/** In milliseconds: how often times are told anew while it is looked at. */
const TELL_TIMES_EVERY = 10_000;
/** In milliseconds: so long is it said what became of something. */
const SAID_FOR = 15_000;

export interface RuntimePanelDependencies {
  readonly model: RuntimesModel;
  readonly agents: () => Promise<readonly RuntimeAgentModel[]>;
  readonly makeAgentKey: (title: string) => Promise<RuntimeAgentKey>;
  readonly form: Pick<PlaceFormDependencies, 'client' | 'names'>;
  readonly placeActions: Omit<PlaceActions, 'edit'>;
  readonly runtimeActions: RuntimeActions;
}

/** Every place and every kernel, what they do, and what can be done with them. */
export class RuntimePanel extends Widget {
  readonly #deps: RuntimePanelDependencies;
  readonly #places = element('div', 'itl-Runtimes-places');
  readonly #form = element('div', 'itl-Runtimes-form');
  readonly #note = element('div', 'itl-Runtimes-note');
  readonly #problem = element('div', 'itl-Places-problem');
  readonly #add: HTMLButtonElement;
  readonly #sections = new Map<string, PlaceSection>();
  #agents: readonly RuntimeAgentModel[] = [];
  #watch: IDisposable | null = null;
  #clock: ReturnType<typeof setInterval> | null = null;
  #ending: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: RuntimePanelDependencies) {
    super();
    this.#deps = deps;
    this.addClass('itl-Runtimes');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Runtimes');
    this.node.tabIndex = -1;
    this.#note.setAttribute('role', 'status');
    this.#problem.setAttribute('role', 'alert');
    this.#add = button('Add place…', () => this.addPlace());
    const head = element('header', 'itl-Runtimes-head');
    head.append(
      element('h2', 'itl-Runtimes-title', 'Runtimes'),
      this.#add,
      workButton('Refresh', () => this.refresh()),
    );
    this.#form.hidden = true;
    const body = element('div', 'itl-Runtimes-body');
    body.append(this.#problem, this.#form, this.#places);
    this.node.append(head, this.#note, body);
    deps.model.changed.connect(this.#changed, this);
  }

  /** Says in a line, for a while, what became of something. */
  say(text: string): void {
    this.#note.textContent = text;
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => (this.#note.textContent = ''), SAID_FOR);
  }

  addPlace(): void {
    this.#showForm(null);
  }

  async refresh(): Promise<void> {
    await this.#deps.model.refresh();
  }

  /** Something that it shows is otherwise on this page. */
  showAgain(): void {
    this.#show();
  }

  override dispose(): void {
    this.#stop();
    clearTimeout(this.#ending);
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  protected override onAfterShow(): void {
    this.#start();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.#start();
  }

  protected override onAfterHide(): void {
    this.#stop();
  }

  protected override onBeforeDetach(): void {
    this.#stop();
  }

  #start(): void {
    this.#watch ??= this.#deps.model.watch();
    this.#clock ??= setInterval(() => this.#show(), TELL_TIMES_EVERY);
  }

  #stop(): void {
    this.#watch?.dispose();
    this.#watch = null;
    if (this.#clock !== null) clearInterval(this.#clock);
    this.#clock = null;
  }

  #changed(): void {
    this.#show();
    const { places } = this.#deps.model;
    if (places?.some(({ kind }) => kind === 'agent') !== true) return;
    // Of no use where nobody dials in; a failure is told by the model, which asks the same server.
    void this.#deps.agents().then(
      (agents) => {
        this.#agents = agents;
        this.#show();
      },
      () => undefined,
    );
  }

  #show(): void {
    const { places, runtimes, warm, problem } = this.#deps.model;
    this.#problem.textContent = problem ?? '';
    if (places === null) return;
    const all = [...places, ...lostPlaces(places, runtimes)];
    const ids = new Set(all.map(({ id }) => id));
    for (const [id, section] of this.#sections) {
      if (ids.has(id)) continue;
      section.node.remove();
      this.#sections.delete(id);
    }
    const now = Date.now();
    all.forEach((place, index) => {
      const { placeActions, runtimeActions } = this.#deps;
      const actions = { ...placeActions, edit: (of: PlaceModel) => this.#showForm(of) };
      const section = this.#sections.get(place.id) ?? new PlaceSection(place, actions, runtimeActions);
      this.#sections.set(place.id, section);
      // Moving a node would take the focus out of it.
      if (this.#places.children[index] !== section.node)
        this.#places.insertBefore(section.node, this.#places.children[index] ?? null);
      const there = runtimes.filter((runtime) => runtime.place.id === place.id);
      const agent = this.#agents.find(({ id }) => id === place.id) ?? null;
      section.update(place, there, agent, now, place.kind === 'local' ? warm : []);
    });
  }

  #showForm(place: PlaceModel | null): void {
    const close = (): void => this.#closeForm();
    const view = new PlaceFormView(
      {
        ...this.#deps.form,
        saved: (saved) => {
          close();
          this.say(place === null ? `${saved.title} is added.` : `${saved.title} is changed.`);
          void this.refresh();
        },
        cancelled: close,
        makeKey: async (title) => {
          const key = await this.#deps.makeAgentKey(title);
          const shown = new AgentKeyView(key, close);
          this.#form.replaceChildren(shown.node);
          shown.focus();
          void this.refresh();
        },
      },
      place,
    );
    this.#form.replaceChildren(view.node);
    this.#form.hidden = false;
    this.#places.hidden = true;
    view.focus();
  }

  #closeForm(): void {
    this.#form.replaceChildren();
    this.#form.hidden = true;
    this.#places.hidden = false;
    this.#add.focus();
  }
}

/** Places that are gone, and whose kernels are not. */
function lostPlaces(places: readonly PlaceModel[], runtimes: readonly RuntimeModel[]): readonly PlaceModel[] {
  const lost = new Map<string, PlaceModel>();
  for (const { place } of runtimes) {
    if (places.some(({ id }) => id === place.id)) continue;
    lost.set(place.id, {
      ...place,
      isConfigured: true,
      capabilities: { resume: true, limits: true, restart: true, pause: true },
      state: { kind: 'failed', text: 'This place was removed.', remedy: null, since: '' },
      kernelspecs: [],
      settings: {},
    });
  }
  return [...lost.values()];
}
