import type { AgentsClient } from './agents-client.ts';
import { element } from './element.ts';
import type { ModelChoice } from './model-choice.ts';
import { modelStatusView } from './model-status-view.ts';
import { policyView } from './policy-view.ts';

/** Which models work, and what the assistant may do without asking. */
export class SettingsView {
  readonly node = element('div', 'itl-Agent-settings');
  readonly #models = element('div', '');
  readonly #policies = element('div', '');
  #asked = 0;

  constructor(
    private readonly deps: {
      readonly client: AgentsClient;
      readonly models: ModelChoice;
      readonly refreshModels: () => void;
      readonly path: () => string | null;
      readonly say: (text: string) => void;
    },
  ) {
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Settings of the assistant');
    this.node.append(this.#policies, this.#models);
    deps.models.changed.connect(() => this.#showModels());
  }

  async show(): Promise<void> {
    this.#showModels();
    const asked = ++this.#asked;
    const path = this.deps.path();
    const { client, say } = this.deps;
    try {
      const [everywhere, here] = await Promise.all([
        client.policy(null),
        path === null ? null : client.policy(path),
      ]);
      if (asked !== this.#asked) return;
      const focused = this.node.contains(document.activeElement)
        ? [...this.node.querySelectorAll('select, button')].indexOf(document.activeElement as Element)
        : -1;
      const save = (at: string | null) => (policy: Parameters<AgentsClient['setPolicy']>[1]) =>
        void client
          .setPolicy(at, policy)
          .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)))
          .then(() => this.show());
      this.#policies.replaceChildren(
        policyView('What the assistant may do', everywhere, save(null)),
        ...(here === null || path === null
          ? []
          : [policyView(`In ${path.split('/').at(-1)} only`, here, save(path))]),
      );
      if (focused >= 0) this.node.querySelectorAll<HTMLElement>('select, button')[focused]?.focus();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }

  #showModels(): void {
    const { list } = this.deps.models;
    if (list === null) return;
    this.#models.replaceChildren(
      modelStatusView(list, {
        check: (model) => this.deps.client.check(model),
        refresh: this.deps.refreshModels,
      }),
    );
  }
}
