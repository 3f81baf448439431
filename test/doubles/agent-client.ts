import { randomUUID } from 'node:crypto';
import type { DownMessage } from '../../server/wire/down.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { TextSocket } from '../servers/text-socket.ts';
import { completionWire } from './completion-wire.ts';
import { ModelServer } from './model-server.ts';
import type { WireAnswer } from './model-server.ts';
import { wireAnswer } from './model-wire.ts';

export const AGENT = '/api/in-the-loop/v1/agent';

/** A provider with OpenAI's API whose one model says what a test writes down. */
export class ScriptedProvider {
  readonly wire = completionWire({ isGroq: false });
  readonly answers: WireAnswer[] = [];

  private constructor(readonly server: ModelServer) {}

  static async start(): Promise<ScriptedProvider> {
    const started = new ScriptedProvider(await ModelServer.start());
    const list = { headers: { 'content-type': 'application/json' }, frames: ['{"data":[{"id":"gpt-5.1"}]}'] };
    const unforeseen = { status: 400, frames: ['the test wrote down no answer'] };
    started.server.answerAlways(({ path }) =>
      path.endsWith('/models') ? list : (started.answers.shift() ?? unforeseen),
    );
    return started;
  }

  /** For a server that is to ask it, as `openai:gpt-5.1`, and nobody else. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OPENAI_API_KEY: 'sk-only-here',
      OPENAI_BASE_URL: `${this.server.url}/v1`,
      OLLAMA_HOST: '127.0.0.1:1',
    };
  }

  says(...text: readonly string[]): void {
    this.answers.push(wireAnswer(this.wire, { text }));
  }

  calls(...asked: readonly (readonly [name: string, argumentsOf: object])[]): void {
    const calls = asked.map(([name, argumentsOf]) => ({ id: randomUUID(), name, arguments: argumentsOf }));
    this.answers.push(wireAnswer(this.wire, { calls }));
  }

  /** What it was told in the last request that asked for an answer. */
  get told(): string {
    const last = this.server.asked.filter(({ path }) => path.endsWith('/completions')).at(-1);
    return this.wire.spoken(last?.body ?? {}).join('\n');
  }
}

type Told = Extract<DownMessage, { type: 'agent-event' }>;

/** A person's conversation with the assistant, by REST and the live websocket. */
export class AgentClient {
  readonly #server: JupyterServerProcess;
  readonly #page: TextSocket;
  readonly threadId: string;

  private constructor(server: JupyterServerProcess, page: TextSocket, threadId: string) {
    this.#server = server;
    this.#page = page;
    this.threadId = threadId;
  }

  /** @param path of the notebook that it is about */
  static async begin(server: JupyterServerProcess, path: string | null): Promise<AgentClient> {
    const threadId = randomUUID();
    const body = { thread_id: threadId, title: 'A question', path };
    await sendOk(server, { method: 'POST', path: `${AGENT}/threads`, body });
    return AgentClient.follow(server, threadId);
  }

  static async follow(server: JupyterServerProcess, threadId: string): Promise<AgentClient> {
    const page = await TextSocket.open(server, '/api/in-the-loop/v1/live');
    page.send({ type: 'hello', protocol: 1 });
    page.send({ type: 'agent-follow', threadId, after: 0 });
    return new AgentClient(server, page, threadId);
  }

  get events(): readonly Told['event'][] {
    return (this.#page.received as DownMessage[])
      .filter((message): message is Told => message.type === 'agent-event')
      .map(({ event }) => event);
  }

  /** @returns the id of the turn */
  async ask(text = 'Go on.'): Promise<string> {
    const turnId = randomUUID();
    const body = { turn_id: turnId, model: 'openai:gpt-5.1', text };
    const path = `${AGENT}/threads/${this.threadId}/turns`;
    await sendOk(this.#server, { method: 'POST', path, body });
    return turnId;
  }

  async until(type: Told['event']['type'], turnId: string): Promise<void> {
    const isThere = (): boolean =>
      this.events.some((event) => event.type === type && event.turnId === turnId);
    await this.#page.until(isThere, `${type} of a turn`);
  }

  untilAny(type: Told['event']['type']): Promise<void> {
    return this.#page.until(() => this.events.some((event) => event.type === type), type);
  }

  /** The turns in which something waits for an approval. */
  get waiting(): string[] {
    const decided = this.events.flatMap((event) => (event.type === 'approval-given' ? [event.turnId] : []));
    return this.events.flatMap((event) =>
      event.type === 'approval-requested' && !decided.includes(event.turnId) ? [event.turnId] : [],
    );
  }

  async decide(turnId: string, approve: boolean, remark: string | null = null): Promise<void> {
    const path = `${AGENT}/threads/${this.threadId}/turns/${turnId}/approvals`;
    const body = { call_id: null, approve, remark };
    await sendOk(this.#server, { method: 'POST', path, body });
  }

  async stop(turnId: string, andRuns: boolean): Promise<void> {
    const path = `${AGENT}/threads/${this.threadId}/turns/${turnId}/stop`;
    await sendOk(this.#server, { method: 'POST', path, body: { and_runs: andRuns } });
  }

  /** The texts of a turn's results, one a call. */
  results(turnId: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'tool-ended' && event.turnId === turnId
        ? [event.content.map((part) => (part.type === 'text' ? part.text : part.description)).join('\n')]
        : [],
    );
  }

  previews(turnId: string): unknown[] {
    return this.events.flatMap((event) =>
      event.type === 'approval-requested' && event.turnId === turnId ? [event.preview] : [],
    );
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}
