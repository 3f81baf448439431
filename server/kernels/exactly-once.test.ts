import fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { StoredEvent } from '../../event-log/event.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { MemoryConnection } from '../../test/doubles/memory-connection.ts';
import { kernelspec } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { ALICE, KERNEL_ID, settle, STREAM } from '../../test/doubles/stream-under-test.ts';
import { dialects } from '../../test/servers/websocket-dialects.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { ClientProgresses } from './client-progress.ts';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { KernelSocket } from './kernel-socket.ts';
import { RunningKernel } from './running-kernel.ts';

const logger = pino({ level: 'silent' });
const SESSIONS = ['one', 'two'] as const;
type Session = (typeof SESSIONS)[number];

/** A server that is killed and started again, beside a kernel that goes on. */
class MortalServer {
  readonly #supervisors = [new MemorySupervisor()];
  log = new FailingEventLog();
  #kernel: RunningKernel | null = null;
  #said = 0;
  readonly #connections = new Map<Session, MemoryConnection>();
  /** What each session got by its connections, server by server, and from which line on it listened. */
  readonly #heard = new Map<Session, { readonly from: number; readonly servers: MemoryConnection[][] }>();
  readonly #progresses = ClientProgresses.inMemory(logger);

  async start(): Promise<void> {
    this.#kernel = await RunningKernel.start(this.#plan());
  }

  say(lines: number): void {
    for (let line = 0; line < lines; line++)
      this.#supervisor.last.say({ content: { name: 'stdout', text: String((this.#said += 1)) } });
  }

  /** The link breaks: all that is not acknowledged comes again. */
  breakLink(): void {
    this.#supervisor.last.hearAgain(0);
  }

  async connect(session: Session): Promise<void> {
    if (this.#connections.has(session)) return;
    await this.#caughtUp();
    const connection = new MemoryConnection();
    const { stream } = this.#running;
    new KernelSocket({
      connection,
      stream,
      dialect: dialectOf(''),
      sessionId: session,
      liveText: null,
      identity: ALICE,
      authorize: authorizeSignedIn,
      logger,
    });
    this.#connections.set(session, connection);
    const heard = this.#heard.get(session) ?? { from: this.#said + 1, servers: [[]] };
    heard.servers.at(-1)?.push(connection);
    this.#heard.set(session, heard);
  }

  async disconnect(session: Session): Promise<void> {
    // What is on its way when a connection breaks may come twice; here it has arrived.
    await settle();
    this.#connections.get(session)?.breakOff();
    this.#connections.delete(session);
  }

  /** Killed, with whatever it was about to do; what was committed is there again. */
  async crash(): Promise<void> {
    const dead = this.log;
    // Nothing of the dead one is committed from here on.
    dead.refusal = 'EVENT_LOG_CLOSED';
    dead.letGo();
    const log = new FailingEventLog();
    const committed = await events(dead);
    for (const event of committed) await log.append(STREAM, [event]);
    const lines = committed.filter(({ type }) => type === 'kernel-message').length;
    for (const { servers } of this.#heard.values()) {
      // I1: nobody has heard what is not committed.
      expect(Math.max(0, ...servers.flat().flatMap(linesOf))).toBeLessThanOrEqual(lines);
      servers.push([]);
    }
    this.log = log;
    this.#connections.clear();
    this.#supervisors.push(this.#supervisor.foundAgain());
    this.#kernel = await RunningKernel.adopt(this.#plan(), { isOver: false });
    await this.#kernel.caughtUp;
  }

  /** Everything works again, and all that waited has happened. */
  async rest(): Promise<void> {
    this.log.refusal = null;
    this.log.letGo();
    await settle();
  }

  async checkClients(): Promise<void> {
    await this.rest();
    for (const session of SESSIONS) await this.connect(session);
    await settle();
    for (const { from, servers } of this.#heard.values()) {
      const heard = servers.map((connections) => connections.flatMap(linesOf));
      // One server repeats nothing; the next may, of what nobody knows to have arrived, and leaves out nothing.
      for (const lines of heard) expect(lines).toEqual(numbers(lines[0] ?? 1, lines.at(-1) ?? 0));
      expect([...new Set(heard.flat())]).toEqual(numbers(from, this.#said));
    }
  }

  async checkLog(): Promise<void> {
    const said = (await events(this.log)).filter(({ type }) => type === 'kernel-message');
    const positions = said.map(({ data }) => ('position' in data ? data.position : null));
    expect(positions).toEqual(numbers(1, this.#said));
    const texts = said.map(
      ({ frames }) => JSON.parse(Buffer.from(frames[3] ?? []).toString()) as { text: string },
    );
    expect(texts.map(({ text }) => Number(text))).toEqual(numbers(1, this.#said));
    expect(this.#supervisor.last.unacknowledged).toBe(0);
  }

  /** A client that comes new hears what is said from now on, and so all that is said before must be settled. */
  async #caughtUp(): Promise<void> {
    if (!this.#heard.has('one') || !this.#heard.has('two')) await this.rest();
  }

  get #supervisor(): MemorySupervisor {
    return this.#supervisors.at(-1) as MemorySupervisor;
  }

  get #running(): RunningKernel {
    return this.#kernel as RunningKernel;
  }

  #plan(): Parameters<typeof RunningKernel.start>[0] {
    return {
      name: 'python3',
      rootDirectory: '/none',
      launch: {
        kernelId: KERNEL_ID,
        kernelspec: kernelspec('python3'),
        workingDirectory: '/none',
        environment: {},
        pythonPrefix: '/none',
        runtimeDirectory: '/none',
      },
      document: null,
      actor: 'alice',
      supervisor: this.#supervisor,
      log: this.log,
      logger,
      progresses: this.#progresses,
      retryDelay: () => new Promise((resolve) => setImmediate(resolve)),
      onGaveUp: () => undefined,
    };
  }
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

const linesOf = ({ frames }: MemoryConnection): number[] =>
  frames.flatMap(({ data, binary }) => {
    const { content } = dialects.legacy.decode(data, binary);
    // On stderr the server tells of a log that refuses.
    return content['name'] === 'stdout' ? [Number(content['text'])] : [];
  });

async function events(log: FailingEventLog): Promise<StoredEvent[]> {
  const read: StoredEvent[] = [];
  for await (const event of log.read(STREAM)) read.push(event);
  return read;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ say: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'break link',
      'refuse',
      'accept',
      'hold',
      'let go',
      'settle',
      'crash' as const,
    ),
  },
  { weight: 4, arbitrary: fc.record({ connect: fc.constantFrom(...SESSIONS) }) },
  { weight: 2, arbitrary: fc.record({ disconnect: fc.constantFrom(...SESSIONS) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(server: MortalServer, next: Step): Promise<void> {
  if (typeof next === 'object') {
    if ('say' in next) server.say(next.say);
    else if ('connect' in next) await server.connect(next.connect);
    else await server.disconnect(next.disconnect);
    return;
  }
  switch (next) {
    case 'break link':
      server.breakLink();
      return;
    case 'refuse':
      server.log.refusal = 'EVENT_LOG_DISK_FULL';
      return;
    case 'accept':
      server.log.refusal = null;
      return;
    case 'hold':
      server.log.hold();
      return;
    case 'let go':
      server.log.letGo();
      return;
    case 'settle':
      await settle();
      return;
    case 'crash':
      await server.crash();
      return;
  }
}

test('I1, I4, I5: whatever breaks, repeats, refuses or is killed, the log has each position once and in order, and so has each client', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const server = new MortalServer();
      await server.start();
      for (const next of steps) await take(server, next);
      await server.checkClients();
      await server.checkLog();
    }),
    { numRuns: 150 },
  );
});
