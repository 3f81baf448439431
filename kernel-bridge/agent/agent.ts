import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { Fields } from '../hosted/codec/fields.ts';
import type { JoinPipe } from '../supervisor/link/byte-pipe.ts';
import {
  AGENT_PROTOCOL,
  type AgentMachine,
  type AgentSays,
  LINK_PATH,
  type RefusalReason,
} from './agent-protocol.ts';
import { connectionFailure } from './connection-failure.ts';
import { LinkSocket, LONGEST_MESSAGE } from './link-socket.ts';

export interface AgentOptions {
  /** Of the server, with its base URL; http, https, ws or wss. */
  readonly server: URL;
  readonly key: string;
  readonly programVersion: string;
  /** Joins the pipe to the server with this machine's supervisor; resolves when either has ended. @throws KernelError */
  relay(join: JoinPipe): Promise<void>;
  readonly machineId: string;
  describe(): Promise<AgentMachine>;
  /** Tells people one line, each as it happens. */
  tell(line: string): void;
  /** From 0 to 1, for waits that differ; default `Math.random`. */
  readonly random?: () => number;
}

/** Why it does not go on: `asked` to stop, or sent away for good. */
export type AgentEnd =
  | { readonly kind: 'asked' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason | 'key'; readonly message: string };

type Attempt =
  | { readonly kind: 'ended'; readonly wasAccepted: boolean; readonly why: string }
  | { readonly kind: 'refused'; readonly reason: RefusalReason | 'key'; readonly message: string };

/** Between attempts, in milliseconds: doubled each time, and never longer than people wait after a server's restart. */
const FIRST_RETRY = 500;
const LAST_RETRY = 5000;
/** How often load and memory are told. */
const DESCRIBE_EVERY = 15_000;
/** For the server's answer to an attempt. */
const PATIENCE = 15_000;

/**
 * Connects this machine's supervisor to a server, for ever: only the way is its own, so its end is no kernel's. Whoever
 * runs it hears what happens in plain lines.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #instance = randomUUID();
  #retryAfter = FIRST_RETRY;
  #lastTold = '';

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Resolves when it is asked to stop, or sent away for good. */
  async run(signal: AbortSignal): Promise<AgentEnd> {
    while (!signal.aborted) {
      const attempt = await this.#attempt(signal);
      if (signal.aborted) break;
      if (attempt.kind === 'refused') {
        if (attempt.reason !== 'not-now') return attempt;
        this.#tell(attempt.message);
      } else {
        if (attempt.wasAccepted) this.#retryAfter = FIRST_RETRY;
        this.#tell(
          attempt.wasAccepted
            ? `The connection is broken: ${attempt.why}. Kernels go on; it is made anew.`
            : `No connection: ${attempt.why}. It is tried again until there is one.`,
        );
      }
      await this.#wait(signal);
    }
    return { kind: 'asked' };
  }

  async #attempt(signal: AbortSignal): Promise<Attempt> {
    const { server, key } = this.#options;
    const socket = new WebSocket(linkUrl(server), {
      headers: { authorization: `Bearer ${key}` },
      perMessageDeflate: false,
      maxPayload: LONGEST_MESSAGE,
      handshakeTimeout: PATIENCE,
      followRedirects: true,
      maxRedirects: 3,
    });
    let why = 'it ended';
    let refused: Attempt | null = null;
    let wasAccepted = false;
    return new Promise((resolve) => {
      const describing = setInterval(() => void this.#describe(link), DESCRIBE_EVERY).unref();
      const stop = (): void => link.close();
      const link = new LinkSocket(socket, {
        text: (text) => {
          const said = readServer(text);
          if (said === null) return link.close(1002);
          if (said.type === 'refused') {
            refused = { kind: 'refused', reason: said.reason, message: said.message };
            return link.close();
          }
          wasAccepted = true;
          this.#lastTold = '';
          this.#options.tell(`Connected to ${withoutSecrets(server)} as "${said.title}".`);
          if (said.note !== null) this.#options.tell(said.note);
          this.#options.relay(link.join).then(
            () => link.close(),
            (error: Error) => {
              why = `the kernels' supervisor cannot be started here (${error.message})`;
              link.close();
            },
          );
        },
        closed: () => {
          clearInterval(describing);
          signal.removeEventListener('abort', stop);
          resolve(refused ?? { kind: 'ended', wasAccepted, why });
        },
      });
      signal.addEventListener('abort', stop, { once: true });
      socket.on('open', () => void this.#greet(link));
      socket.on('error', (error) => (why = connectionFailure(error)));
      socket.on('unexpected-response', (_request, response: IncomingMessage) => {
        void bodyOf(response).then((body) => {
          why = `the server answers ${response.statusCode}${body === '' ? '' : `: ${body}`}`;
          if (response.statusCode === 401) refused = { kind: 'refused', reason: 'key', message: body };
          if (response.statusCode === 404)
            why = `${withoutSecrets(server)} is no server that takes agents (404). Give the address that JupyterLab has in the browser, up to the part before "lab"`;
          socket.terminate();
        });
      });
    });
  }

  async #greet(link: LinkSocket): Promise<void> {
    const { machineId, programVersion: program } = this.#options;
    const machine = await this.#options.describe();
    link.say({
      type: 'hello',
      protocol: AGENT_PROTOCOL,
      program,
      instance: this.#instance,
      machineId,
      now: new Date().toISOString(),
      machine,
    } satisfies AgentSays);
  }

  async #describe(link: LinkSocket): Promise<void> {
    if (!link.isOpen) return;
    const machine = await this.#options.describe();
    link.say({ type: 'machine', machine } satisfies AgentSays);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { random = Math.random } = this.#options;
    // A hundred that lost their server at once must not come back at once.
    const milliseconds = this.#retryAfter * (0.5 + random() / 2);
    this.#retryAfter = Math.min(2 * this.#retryAfter, LAST_RETRY);
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  /** The same is told once, however often it happens. */
  #tell(line: string): void {
    if (line !== this.#lastTold) this.#options.tell(line);
    this.#lastTold = line;
  }
}

function linkUrl(server: URL): URL {
  const url = new URL(LINK_PATH, server.href.endsWith('/') ? server : `${server.href}/`);
  url.protocol = server.protocol.replace(/^http/, 'ws');
  url.search = '';
  url.hash = '';
  return url;
}

function withoutSecrets({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function readServer(
  text: string,
):
  | { readonly type: 'accepted'; readonly title: string; readonly note: string | null }
  | { readonly type: 'refused'; readonly reason: RefusalReason; readonly message: string }
  | null {
  try {
    const fields = new Fields(JSON.parse(text), 'what the server says');
    const type = fields.oneOf('type', ['accepted', 'refused']);
    return type === 'accepted'
      ? { type, title: fields.text('title'), note: fields.textOrNull('note') }
      : { type, reason: fields.text('reason') as RefusalReason, message: fields.text('message') };
  } catch {
    return null; // Another version, or something that is no server of ours: the connection ends.
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const piece of response) if (text.length < 1000) text += String(piece);
  } catch {
    // What has come of it is said.
  }
  return /<html/i.test(text) ? '' : text.trim();
}
