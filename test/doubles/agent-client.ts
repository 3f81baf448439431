import { randomUUID } from 'node:crypto';
import type { AgentEventMessage } from '../../server/wire/agent-event.ts';
import type { AgentTurnEvent } from '../../server/wire/agent-turn-event.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { TextSocket } from '../servers/text-socket.ts';

export const AGENT = '/api/in-the-loop/v1/agent';

export interface Question {
  readonly model: string;
  readonly text: string;
  readonly selected_cells?: readonly string[];
}

type Kind = AgentTurnEvent['type'];
export type Told<Type extends Kind = Kind> = AgentEventMessage & { event: AgentTurnEvent & { type: Type } };

/** A page that follows one conversation, and asks in it. */
export class AgentClient {
  private constructor(
    readonly server: JupyterServerProcess,
    readonly threadId: string,
    readonly socket: TextSocket,
  ) {}

  /** A conversation about a notebook, or about none, which is made if there is none with this id. */
  static async open(
    server: JupyterServerProcess,
    options: { readonly threadId?: string; readonly path?: string; readonly after?: number } = {},
  ): Promise<AgentClient> {
    const { threadId = randomUUID(), path = null, after = 0 } = options;
    const body = { thread_id: threadId, title: 'A question', path };
    await sendOk(server, { method: 'POST', path: `${AGENT}/threads`, body });
    return AgentClient.follow(server, threadId, after);
  }

  /** One that is there. */
  static async follow(server: JupyterServerProcess, threadId: string, after = 0): Promise<AgentClient> {
    const socket = await TextSocket.open(server, '/api/in-the-loop/v1/live');
    socket.send({ type: 'hello', protocol: 1 });
    socket.send({ type: 'agent-follow', threadId, after });
    return new AgentClient(server, threadId, socket);
  }

  get events(): readonly AgentTurnEvent[] {
    return this.told().map(({ event }) => event);
  }

  /** What it heard, of one kind or of all. */
  told<Type extends Kind = Kind>(type?: Type): Told<Type>[] {
    return (this.socket.received as AgentEventMessage[]).filter(
      (message): message is Told<Type> =>
        message.type === 'agent-event' && (type === undefined || message.event.type === type),
    );
  }

  /** Resolves with the id of the turn once it has begun. */
  async ask(question: Question, turnId: string = randomUUID()): Promise<string> {
    const path = `${AGENT}/threads/${this.threadId}/turns`;
    await sendOk(this.server, { method: 'POST', path, body: { turn_id: turnId, ...question } });
    return turnId;
  }

  async approve(turnId: string, callId: string | null, given: object = { approve: true }): Promise<void> {
    const path = `${AGENT}/threads/${this.threadId}/turns/${turnId}/approvals`;
    await sendOk(this.server, { method: 'POST', path, body: { call_id: callId, ...given } });
  }

  async stop(turnId: string, andRuns: boolean): Promise<void> {
    const path = `${AGENT}/threads/${this.threadId}/turns/${turnId}/stop`;
    await sendOk(this.server, { method: 'POST', path, body: { and_runs: andRuns } });
  }

  until(type: Kind, turnId: string): Promise<void> {
    const isThere = (): boolean => this.told(type).some(({ event }) => event.turnId === turnId);
    return this.socket.until(isThere, `${type} of a turn`);
  }

  untilAny(type: Kind): Promise<void> {
    return this.socket.until(() => this.told(type).length > 0, type);
  }

  /** The turns in which something waits for an approval. */
  get waiting(): string[] {
    const decided = this.told('approval-given').map(({ event }) => event.turnId);
    const asked = this.told('approval-requested').map(({ event }) => event.turnId);
    return asked.filter((turnId) => !decided.includes(turnId));
  }

  /** The texts of a turn's results, one a call. */
  results(turnId: string): string[] {
    return this.told('tool-ended')
      .filter(({ event }) => event.turnId === turnId)
      .map(({ event }) =>
        event.content.map((part) => (part.type === 'text' ? part.text : part.description)).join('\n'),
      );
  }

  previews(turnId: string): unknown[] {
    return this.told('approval-requested')
      .filter(({ event }) => event.turnId === turnId)
      .map(({ event }) => event.preview);
  }

  /** Resolves with how the turn ended. */
  async ended(turnId: string, limit?: number): Promise<Told<'turn-ended'>> {
    const end = (): Told<'turn-ended'> | undefined =>
      this.told('turn-ended').find(({ event }) => event.turnId === turnId);
    await this.socket.until(() => end() !== undefined, 'end of the turn', limit);
    const found = end();
    if (found === undefined) throw new Error('The end of the turn was heard, and is gone.');
    return found;
  }

  async close(): Promise<void> {
    await this.socket.close();
  }
}

export async function setPolicy(server: JupyterServerProcess, policy: object): Promise<void> {
  await sendOk(server, { method: 'PUT', path: `${AGENT}/policy`, body: policy });
}
