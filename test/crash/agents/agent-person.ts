import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient } from '../../doubles/agent-client.ts';
import type { Told } from '../../doubles/agent-client.ts';
import { send } from '../../servers/http.ts';
import type { JupyterServerProcess } from '../../servers/jupyter-server-process.ts';
import type { AskedCall } from './agent-plan.ts';
import { ASKED } from './agent-plan.ts';

/** Who asks and decides, at a page that connects again after each breakdown. */
export class AgentPerson {
  /** Decisions that the server took, by call. */
  readonly #acknowledged = new Map<string, boolean>();
  /** Before the socket was opened again. */
  readonly #heard: Told[] = [];
  readonly #decided = new Set<string>();
  readonly #threadId: string;
  readonly #turnId: string;
  readonly #path: string;
  readonly #heardOf: (event: Told) => void;
  readonly #decide: (call: AskedCall) => boolean;
  readonly #thinks: number;
  #client: AgentClient | null = null;
  #calls: readonly string[] = [];

  constructor(of: {
    readonly threadId: string;
    readonly turnId: string;
    readonly path: string;
    readonly thinks: number;
    /** Whether this one says yes. */
    decide(call: AskedCall): boolean;
    /** Is told of each event as it is heard, and of each approval as it is sent. */
    heardOf(event: Told): void;
  }) {
    this.#threadId = of.threadId;
    this.#turnId = of.turnId;
    this.#path = of.path;
    this.#thinks = of.thinks;
    this.#decide = (call) => of.decide(call);
    this.#heardOf = (event) => of.heardOf(event);
  }

  /** All that was heard, by all sockets. */
  get heard(): readonly Told[] {
    return [...this.#heard, ...(this.#client?.told() ?? [])];
  }

  kept(): { readonly acknowledged: ReadonlyMap<string, boolean>; readonly heard: readonly Told[] } {
    return { acknowledged: this.#acknowledged, heard: this.heard };
  }

  get hasEnd(): boolean {
    return this.heard.some(({ event }) => event.type === 'turn-ended');
  }

  /** Connects and goes on from what it has heard; resolves at the turn's end, or when the server is gone. */
  async watch(server: JupyterServerProcess, begin: (client: AgentClient) => Promise<void>): Promise<void> {
    const after = this.heard.at(-1)?.sequence ?? 0;
    this.#heard.push(...(this.#client?.told() ?? []));
    this.#client = null;
    const client = await AgentClient.open(server, { threadId: this.#threadId, path: this.#path, after });
    this.#client = client;
    const { promise: isOver, resolve: over } = Promise.withResolvers<void>();
    let looked = 0;
    const look = (): void => {
      const told = client.told();
      for (; looked < told.length; looked += 1) this.#hear(server, told[looked] as Told);
      if (this.hasEnd) over();
    };
    client.socket.socket.on('message', look);
    look();
    // What was asked before the breakdown still waits, unless the log has the answer.
    for (const { event } of this.#heard)
      if (event.type === 'approval-requested') this.#answer(server, event.callId);
    await begin(client);
    await Promise.race([isOver, client.socket.closed]);
    if (this.hasEnd) await client.close();
  }

  #hear(server: JupyterServerProcess, told: Told): void {
    const { event } = told;
    if (event.type === 'model-answered')
      this.#calls = [...this.#calls, ...event.calls.map(({ callId }) => callId)];
    if (event.type === 'approval-given') this.#decided.add(event.callId);
    this.#heardOf(told);
    if (event.type === 'approval-requested') this.#answer(server, event.callId);
  }

  #answer(server: JupyterServerProcess, callId: string): void {
    if (this.#decided.has(callId)) return;
    const call = ASKED[this.#calls.indexOf(callId)];
    if (call === undefined) throw new Error(`Nobody asked for ${callId}.`);
    const approve = this.#decide(call);
    void (async () => {
      await sleep(this.#thinks);
      if (this.#decided.has(callId)) return;
      const body = { call_id: callId, approve };
      const path = `/api/in-the-loop/v1/agent/threads/${this.#threadId}/turns/${this.#turnId}/approvals`;
      // The server may be killed under it; it is said again to the next one.
      const answer = await send(server, { method: 'POST', path, body }).catch(() => null);
      if (answer?.status === 204) this.#acknowledged.set(callId, approve);
    })();
  }
}
