import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farLaunch } from '../../../test/doubles/far-machine.ts';
import { HostedProcesses, hostedMessage } from '../../../test/doubles/hosted-process.ts';
import { enginePipe } from '../../../test/doubles/hosting-page.ts';
import { openQueuedClient } from '../../../test/doubles/queued-client.ts';
import type { QueuedConnection } from '../../../test/doubles/queued-pipe.ts';
import { spokenMessage } from '../../../test/doubles/spoken-message.ts';
import { ConnectionGuard } from '../../far/connection-guard.ts';
import type { SupervisedKernelListener } from '../../supervisor/kernel-supervisor.ts';
import type { LinkedKernel } from '../../supervisor/linked-kernel.ts';
import type { SupervisorClient } from '../../supervisor/supervisor-client.ts';
import { HostSupervisor } from './host-supervisor.ts';
import { MemorySpool } from './memory-spool.ts';
import type { SpooledBatch } from './spool.ts';

const launch = farLaunch('k');

/** A spool that is as slow as a test says, and may be full. */
class SlowSpool extends MemorySpool {
  readonly #waiting: (() => void)[] = [];
  /** The last number that was kept. */
  readonly kept: number[] = [];

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  write(): void {
    this.#waiting.shift()?.();
  }

  /** Its page is gone: what was not written never is. */
  leave(): void {
    this.#waiting.length = 0;
  }

  override async append(kernelId: string, batch: SpooledBatch): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await super.append(kernelId, batch);
    for (const [, number] of new TextDecoder().decode(batch.bytes).matchAll(/"number":(\d+)/g))
      this.kept.push(Number(number));
  }

  override async read(kernelId: string, position: number): Promise<SpooledBatch | null> {
    await turn();
    return super.read(kernelId, position);
  }
}

/** A page and the servers that it is hosted for, with a spool that outlives the page. */
class World {
  readonly spool = new SlowSpool();
  readonly said: number[] = [];
  readonly recorded: { readonly position: number; readonly number: number | null; readonly kind: string }[] =
    [];
  readonly complaints: string[] = [];
  sent: string[] = [];
  connection: QueuedConnection | null = null;
  kernel: LinkedKernel | null = null;
  isLeft = false;
  readonly processes = new HostedProcesses();
  #host: HostSupervisor | null = null;
  #client: object | null = null;
  #count = 0;

  async startHost(): Promise<void> {
    const host = new HostSupervisor({
      startKernel: this.isLeft ? null : this.processes.start,
      spool: this.spool,
      observer: {
        stateChanged: () => undefined,
        message: () => undefined,
        unshared: () => undefined,
        empty: () => undefined,
      },
      log: { info: () => undefined, warn: () => undefined },
      // So small that it fills.
      bounds: { window: 2000, kept: 1e6, memory: 1e6 },
    });
    await host.open();
    this.#host = host;
  }

  async leavePage(): Promise<void> {
    if (this.isLeft) return;
    this.isLeft = true;
    this.#host?.close();
    this.#host = null;
    this.connection?.cut();
    await turn();
    this.spool.leave();
    await this.startHost();
  }

  async firstServer(): Promise<void> {
    const client = await this.#startClient();
    const launched = client.launch(launch, this.#recorder);
    await this.settle();
    this.kernel = await launched;
    this.processes.last.ready();
  }

  async restartServer(): Promise<void> {
    // All is recorded, and both ends have forgotten the kernel.
    if (this.#host?.kernels.length === 0) return;
    this.#client = null;
    this.kernel = null;
    this.connection?.cut();
    await turn();
    const client = await this.#startClient();
    this.sent = [];
    this.kernel = client.adopt('k', this.recorded.at(-1)?.position ?? 0, this.#recorder);
  }

  say(count: number): void {
    if (this.isLeft) return;
    for (let index = 0; index < count; index++) {
      this.said.push(++this.#count);
      const content = { number: this.#count, padding: 'x'.repeat(50) };
      this.processes.last.say(hostedMessage('iopub', 'display_data', content));
    }
  }

  send(): void {
    if (this.isLeft || this.kernel?.isOver === true) return;
    const message = spokenMessage({ channel: 'shell', type: 'execute_request' });
    this.kernel?.send(message);
    this.sent.push(message.header.msg_id);
  }

  acknowledge(): void {
    this.kernel?.acknowledge(this.recorded.at(-1)?.position ?? 0);
    this.kernel?.flushAcknowledgement();
  }

  /** Lets everything go its way until nothing moves any more. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 6;) {
      await turn();
      const isQuiet = this.connection?.isIdle === true && this.spool.isIdle;
      quiet = isQuiet ? quiet + 1 : 0;
      this.connection?.deliverToSupervisor();
      this.connection?.deliverToServer();
      this.spool.write();
      this.acknowledge();
    }
  }

  close(): void {
    this.#host?.close();
    this.#client = null;
  }

  get #recorder(): SupervisedKernelListener {
    const life = this.#client;
    const record = (position: number | null, number: number | null, kind: string): void => {
      if (this.#client === life && position !== null) this.recorded.push({ position, number, kind });
    };
    return {
      message: ({ frames, header }, position) =>
        record(
          position,
          (JSON.parse(Buffer.from(frames[3]!).toString()) as { number?: number }).number ?? null,
          header.msg_type,
        ),
      lifecycle: ({ kind }, position) => record(position, null, kind),
      refused: () => {
        // Its page was left.
      },
    };
  }

  async #startClient(): Promise<SupervisorClient> {
    const life = {};
    this.#client = life;
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (_fields: object, message: string) => void this.complaints.push(message),
    };
    const guard = new ConnectionGuard({ log, recorded: () => launch, onTakenOver: () => undefined });
    return openQueuedClient({
      log,
      isWanted: () => this.#client === life,
      join: ({ toServer }) => this.#host?.join(enginePipe(toServer)) ?? null,
      connected: (connection) => void (this.connection = connection),
      guard: (listener) => guard.before(listener),
    });
  }
}

const anyOperation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ say: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ toServer: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 3, arbitrary: fc.record({ toHost: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 5, arbitrary: fc.constantFrom('write', 'send', 'acknowledge', 'turn', 'turn' as const) },
  { weight: 1, arbitrary: fc.constantFrom('cut', 'restart server' as const) },
);
const anyOperations = fc.array(anyOperation, { maxLength: 60, size: 'max' });

async function play(
  world: World,
  operations: readonly (typeof anyOperation extends fc.Arbitrary<infer T> ? T : never)[],
) {
  for (const operation of operations) {
    if (operation === 'write') world.spool.write();
    else if (operation === 'send') world.send();
    else if (operation === 'acknowledge') world.acknowledge();
    else if (operation === 'turn') await turn();
    else if (operation === 'cut') world.connection?.cut();
    else if (operation === 'restart server') await world.restartServer();
    else if ('say' in operation) world.say(operation.say);
    else if ('toServer' in operation) world.connection?.deliverToServer(operation.toServer);
    else world.connection?.deliverToSupervisor(operation.toHost);
  }
}

test('[O3] [N1] [N2] whatever breaks and restarts, what a page hosts is recorded once and in order, and gets once what it is sent', async () => {
  await fc.assert(
    fc.asyncProperty(anyOperations, async (operations) => {
      const world = new World();
      try {
        await world.startHost();
        await world.firstServer();
        await play(world, operations);
        await world.settle();
        const { recorded, said, sent, complaints } = world;
        expect(recorded.map(({ position }) => position)).toEqual(recorded.map((_entry, index) => index + 1));
        expect(recorded.flatMap(({ number }) => number ?? [])).toEqual(said);
        const { received } = world.processes.last;
        expect(new Set(received).size).toBe(received.length);
        expect(received.filter((id) => sent.includes(id))).toEqual(sent);
        expect(complaints.filter((complaint) => !complaint.includes('broke'))).toEqual([]);
      } finally {
        world.close();
      }
    }),
    { numRuns: 300 },
  );
});

test('[O3] [B1] what a page had kept when it was closed is handed over by the next one, which says that the kernel is over', async () => {
  await fc.assert(
    fc.asyncProperty(anyOperations, anyOperations, async (before, after) => {
      const world = new World();
      try {
        await world.startHost();
        await world.firstServer();
        await play(world, before);
        const kept = [...world.spool.kept];
        await world.leavePage();
        await play(world, after);
        await world.settle();
        const { recorded, said, complaints } = world;
        expect(recorded.map(({ position }) => position)).toEqual(recorded.map((_entry, index) => index + 1));
        const numbers = recorded.flatMap(({ number }) => number ?? []);
        expect(said.slice(0, numbers.length)).toEqual(numbers);
        expect(numbers.length).toBeGreaterThanOrEqual(kept.length);
        expect(recorded.at(-1)?.kind).toBe('gave-up');
        expect(recorded.filter(({ kind }) => kind === 'gave-up')).toHaveLength(1);
        expect(complaints.filter((complaint) => !complaint.includes('broke'))).toEqual([]);
        expect(world.spool.bytes).toBe(0);
      } finally {
        world.close();
      }
    }),
    { numRuns: 300 },
  );
});
