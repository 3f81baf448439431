import { emptyPolicy, withGrant } from '../../ai-agent/approval.ts';
import type { Policy, PolicyInForce } from '../../ai-agent/approval.ts';
import type { EventLog, StreamAppend } from '../../event-log/event-log.ts';
import type { AgentThreadEvent } from '../../event-log/events/agent-thread.ts';

const STREAM = 'agent-policies';

/** What people allow their agents, everywhere and in single notebooks: the stream `agent-policies`, in memory. */
export class AgentPolicies {
  readonly #log: EventLog;
  readonly #limits: Policy;
  readonly #policies = new Map<string, Policy>();

  private constructor(log: EventLog, limits: Policy) {
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * @param limits the administrators': nothing is allowed more freely
   * @throws EventLogError
   */
  static async load(log: EventLog, limits: Policy): Promise<AgentPolicies> {
    const policies = new AgentPolicies(log, limits);
    for await (const event of log.read(STREAM)) policies.#evolve(event as AgentThreadEvent);
    return policies;
  }

  get limits(): Policy {
    return this.#limits;
  }

  /** @param documentId null: what counts in all notebooks */
  of(username: string, documentId: string | null): Policy {
    return this.#policies.get(keyOf(username, documentId)) ?? emptyPolicy;
  }

  inForce(username: string, documentId: string | null): PolicyInForce {
    const nearest = documentId === null ? [] : [this.of(username, documentId)];
    return { policies: [...nearest, this.of(username, null)], limits: this.#limits };
  }

  /** @param together committed with it, or not at all */
  async set(
    username: string,
    documentId: string | null,
    policy: Policy,
    together: readonly StreamAppend[] = [],
  ): Promise<void> {
    const event: AgentThreadEvent = {
      type: 'agent-policy-set',
      version: 1,
      data: { username, documentId, policy },
    };
    await this.#log.append(STREAM, [{ ...event, actor: username, causedBy: null, frames: [] }], { together });
    this.#evolve(event);
  }

  /** Somebody says yes to a tool for more than one call. */
  grant(
    username: string,
    documentId: string | null,
    toolName: string,
    together: readonly StreamAppend[],
  ): Promise<void> {
    return this.set(username, documentId, withGrant(this.of(username, documentId), toolName), together);
  }

  #evolve(event: AgentThreadEvent): void {
    if (event.type !== 'agent-policy-set') return;
    const { username, documentId, policy } = event.data;
    this.#policies.set(keyOf(username, documentId), policy);
  }
}

function keyOf(username: string, documentId: string | null): string {
  return JSON.stringify([username, documentId]);
}
