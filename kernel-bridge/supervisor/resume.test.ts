import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farLaunch, quiet as log } from '../../test/doubles/far-machine.ts';
import { openQueuedClient } from '../../test/doubles/queued-client.ts';
import type { QueuedConnection } from '../../test/doubles/queued-pipe.ts';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import type { DetachableKernel, KernelListener } from '../kernel.ts';
import type { AdoptingLauncher } from './adopting-launcher.ts';
import { ClientSession } from './client-session.ts';
import type { SupervisedKernel, SupervisedKernelListener } from './kernel-supervisor.ts';
import type { LinkedKernel } from './linked-kernel.ts';
import { Supervisor } from './supervisor.ts';
import type { SupervisorClient } from './supervisor-client.ts';

const launch = farLaunch('k');

/** A kernel that outlives servers and supervisors, and what each of them did with it. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'resume-'));
  /** Numbers that the kernel said while somebody listened, and those of them that a dying supervisor had not written. */
  readonly said: number[] = [];
  readonly maybeLost = new Set<number>();
  /** What the kernel was handed, and what the servers recorded. */
  readonly received: string[] = [];
  readonly recorded: { readonly position: number; readonly number: number | null }[] = [];
  /** Of the server that lives now. */
  sent: string[] = [];
  connection: QueuedConnection | null = null;
  #supervisor: Supervisor | null = null;
  #listener: KernelListener | null = null;
  #flushes: (() => void)[] = [];
  #unwritten: number[] = [];
  #client: object | null = null;
  kernel: SupervisedKernel | null = null;
  #count = 0;

  get #launcher(): AdoptingLauncher {
    const take = (_what: unknown, listener: KernelListener): Promise<DetachableKernel> => {
      this.#listener = listener;
      return Promise.resolve({
        send: (message: { header: { msg_id: string } }) => void this.received.push(message.header.msg_id),
        finished: () => Promise.resolve(false),
        pid: 1,
        connectionFile: null,
      } as unknown as DetachableKernel);
    };
    return {
      launch: take,
      adopt: take,
      records: () => Promise.resolve([{ request: launch }]),
      detach: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  async startSupervisor(): Promise<void> {
    const supervisor = new Supervisor({
      launcher: this.#launcher,
      folder: this.folder,
      programVersion: '1',
      log,
      schedule: (flush) => void this.#flushes.push(flush),
      onNeeded: () => undefined,
      onEnded: () => undefined,
    });
    await supervisor.open(null);
    this.#supervisor = supervisor;
  }

  async restartSupervisor(): Promise<void> {
    for (const number of this.#unwritten) this.maybeLost.add(number);
    this.#unwritten = [];
    this.#flushes = [];
    this.#supervisor = null;
    this.connection?.cut();
    await turn();
    await this.startSupervisor();
  }

  /** A server that ends says nothing more, and its successor adopts the kernel behind what is recorded. */
  async restartServer(): Promise<void> {
    this.#client = null;
    this.kernel = null;
    this.connection?.cut();
    await turn();
    const client = await this.#startClient();
    this.sent = [];
    this.kernel = client.adopt('k', this.recorded.at(-1)?.position ?? 0, this.#recorder);
  }

  async firstServer(): Promise<void> {
    const client = await this.#startClient();
    const launched = client.launch(launch, this.#recorder);
    await this.settle();
    this.kernel = await launched;
  }

  say(count: number): void {
    for (let index = 0; index < count; index++) {
      this.#count += 1;
      this.said.push(this.#count);
      this.#unwritten.push(this.#count);
      this.#listener?.message(spokenMessage({ content: { number: this.#count, padding: 'x'.repeat(50) } }));
    }
  }

  write(): void {
    this.#unwritten = [];
    for (const flush of this.#flushes.splice(0)) flush();
  }

  send(): void {
    const message = spokenMessage({ channel: 'shell', type: 'execute_request' });
    this.kernel?.send(message);
    this.sent.push(message.header.msg_id);
  }

  acknowledge(): void {
    this.kernel?.acknowledge(this.recorded.at(-1)?.position ?? 0);
    (this.kernel as LinkedKernel | null)?.flushAcknowledgement();
  }

  /** Lets everything go its way until nothing moves any more. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 4;) {
      await turn();
      const isQuiet = this.connection?.isIdle === true && this.#flushes.length === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      this.connection?.deliverToSupervisor();
      this.connection?.deliverToServer();
      this.write();
      this.acknowledge();
    }
  }

  remove(): void {
    void this.#supervisor?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #recorder(): SupervisedKernelListener {
    const life = this.#client;
    const record = (position: number | null, number: number | null): void => {
      if (this.#client === life && position !== null) this.recorded.push({ position, number });
    };
    return {
      message: (message, position) =>
        record(
          position,
          (JSON.parse(Buffer.from(message.frames[3]!).toString()) as { number: number }).number,
        ),
      lifecycle: (_event, position) => record(position ?? 0, null),
      refused: () => expect.unreachable('nothing is refused'),
    };
  }

  #startClient(): Promise<SupervisorClient> {
    const life = {};
    this.#client = life;
    return openQueuedClient({
      log,
      isWanted: () => this.#client === life,
      join: ({ toServer }) => {
        if (this.#supervisor === null) return null;
        const session = new ClientSession(toServer, this.#supervisor, log);
        this.#supervisor.join(session);
        return session;
      },
      connected: (connection) => void (this.connection = connection),
    });
  }
}

const anyOperation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ say: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ toServer: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 3, arbitrary: fc.record({ toSupervisor: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 3, arbitrary: fc.constantFrom('write', 'send', 'acknowledge', 'turn' as const) },
  { weight: 1, arbitrary: fc.constantFrom('cut', 'restart supervisor', 'restart server' as const) },
);

test('[O3] [N1] [N2] whatever breaks and restarts, all is recorded once and in order, and what is sent reaches the kernel once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyOperation, { maxLength: 60, size: 'max' }), async (operations) => {
      const world = new World();
      try {
        await world.startSupervisor();
        await world.firstServer();
        for (const operation of operations) {
          if (operation === 'write') world.write();
          else if (operation === 'send') world.send();
          else if (operation === 'acknowledge') world.acknowledge();
          else if (operation === 'turn') await turn();
          else if (operation === 'cut') world.connection?.cut();
          else if (operation === 'restart supervisor') await world.restartSupervisor();
          else if (operation === 'restart server') await world.restartServer();
          else if ('say' in operation) world.say(operation.say);
          else if ('toServer' in operation) world.connection?.deliverToServer(operation.toServer);
          else world.connection?.deliverToSupervisor(operation.toSupervisor);
        }
        await world.settle();
        const { recorded, said, maybeLost, received, sent } = world;
        expect(recorded.map(({ position }) => position)).toEqual(recorded.map((_entry, index) => index + 1));
        const numbers = recorded.flatMap(({ number }) => number ?? []);
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
        expect(said.filter((number) => !numbers.includes(number) && !maybeLost.has(number))).toEqual([]);
        expect(new Set(received).size).toBe(received.length);
        expect(received.filter((id) => sent.includes(id))).toEqual(sent);
      } finally {
        world.remove();
      }
    }),
    { numRuns: 150 },
  );
});
