import fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { kernelspec } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { executeRequest, type Speech } from '../../test/doubles/spoken-message.ts';
import { KERNEL_ID, settle, STREAM } from '../../test/doubles/stream-under-test.ts';
import { ClientProgresses } from './client-progress.ts';
import { RunningKernel } from './running-kernel.ts';
import type { RunningKernelPlan } from './running-kernel-plan.ts';

const logger = pino({ level: 'silent' });

/** A kernel that a page of Alice runs, and servers that are killed beside it. */
class HostedKernel {
  supervisor = new MemorySupervisor();
  log = new FailingEventLog();
  running: RunningKernel | null = null;

  async start(askerThere: string | null = 'alice'): Promise<this> {
    this.running = await RunningKernel.start(this.#plan());
    this.supervisor.last.askerThere = askerThere;
    return this;
  }

  /** @returns the request, of which nothing is said yet */
  ask(cellId = 'c'): KernelMessage {
    const request = executeRequest('page', 'print(1)', { cellId });
    this.supervisor.last.askedThere(request);
    return request;
  }

  /** Killed with what it was about to do; the page hands over again what was not acknowledged. */
  async crash(): Promise<void> {
    // Nothing of the dead one is committed from here on.
    this.log.refusal = 'EVENT_LOG_CLOSED';
    this.log.letGo();
    const committed = await this.events();
    this.log = new FailingEventLog();
    for (const event of committed) await this.log.append(STREAM, [event]);
    this.supervisor = this.supervisor.foundAgain();
    this.running = await RunningKernel.adopt(this.#plan(), { isOver: false });
    await this.running.caughtUp;
    await settle();
  }

  async events(): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.log.read(STREAM)) events.push(event);
    return events;
  }

  /** Requests and replies, in order. */
  async heard(): Promise<string[]> {
    return (await this.events()).flatMap((event) => {
      if (event.type === 'execution-requested') return [`asked ${event.data.messageId}`];
      const isReply = event.type === 'kernel-message' && event.data.messageType === 'execute_reply';
      return isReply ? [`done ${String(event.causedBy)}`] : [];
    });
  }

  #plan(): RunningKernelPlan {
    return {
      name: 'browser.python',
      rootDirectory: '/',
      launch: {
        kernelId: KERNEL_ID,
        kernelspec: kernelspec('browser.python', { place: 'browser' }),
        workingDirectory: '/',
        environment: {},
        pythonPrefix: '/',
        runtimeDirectory: '/',
      },
      document: { path: 'a.ipynb', name: 'a.ipynb' },
      actor: 'alice',
      supervisor: this.supervisor,
      progresses: ClientProgresses.inMemory(logger),
      log: this.log,
      logger,
      retryDelay: () => new Promise((resolve) => setImmediate(resolve)),
      onGaveUp: () => undefined,
    };
  }
}

test('[BR3] I2: what a page asked its own kernel for is recorded as of its person, for the cell and the notebook, and sent to nobody', async () => {
  const kernel = await new HostedKernel().start();
  const request = kernel.ask('cell-7');
  kernel.supervisor.last.run(request, 'text');
  await settle();
  const asked = (await kernel.events()).find(({ type }) => type === 'execution-requested');
  expect(asked).toMatchObject({
    actor: 'alice',
    data: {
      messageId: request.header.msg_id,
      session: 'page',
      cellId: 'cell-7',
      path: 'a.ipynb',
      position: 1,
    },
  });
  expect(asked?.frames).toEqual(request.frames);
  expect(kernel.supervisor.last.sent).toEqual([]);
  expect(kernel.supervisor.last.unacknowledged).toBe(0);
});

test('I7: of a page whose person may run nothing, and of any other kernel, it is passed over', async () => {
  const kernel = await new HostedKernel().start(null);
  kernel.supervisor.last.run(kernel.ask());
  kernel.supervisor.last.askerThere = 'alice';
  kernel.supervisor.last.say({ channel: 'shell', type: 'complete_request' });
  await settle();
  expect((await kernel.events()).filter(({ type }) => type === 'execution-requested')).toEqual([]);
  expect(kernel.supervisor.last.unacknowledged).toBe(0);
});

test('one that the page never had answered ends with the kernel', async () => {
  const kernel = await new HostedKernel().start();
  const request = kernel.ask();
  kernel.supervisor.last.say({ type: 'status', content: { execution_state: 'busy' }, parent: request });
  await kernel.crash();
  kernel.supervisor.last.dieForGood();
  await settle();
  expect(await kernel.heard()).toEqual([`asked ${request.header.msg_id}`, `done ${request.header.msg_id}`]);
});

test('I4: servers that are killed meanwhile, and what is handed over again, change nothing', async () => {
  const step = fc.constantFrom('ask', 'answer', 'crash', 'again', 'settle');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const kernel = await new HostedKernel().start();
      const told: string[] = [];
      const open: KernelMessage[] = [];
      for (const each of steps) {
        if (each === 'ask') {
          const request = kernel.ask();
          told.push(`asked ${request.header.msg_id}`);
          open.push(request);
        } else if (each === 'answer') {
          const request = open.shift();
          if (request === undefined) continue;
          kernel.supervisor.last.say(spokenReply(request));
          told.push(`done ${request.header.msg_id}`);
        } else if (each === 'crash') await kernel.crash();
        else if (each === 'again') kernel.supervisor.last.hearAgain(0);
        else await settle();
      }
      await settle();
      expect(await kernel.heard()).toEqual(told);
      expect(kernel.supervisor.last.sent).toEqual([]);
      expect(kernel.running?.stream.executions.map(({ messageId }) => messageId)).toEqual(
        open.map(({ header }) => header.msg_id),
      );
    }),
    { numRuns: 60 },
  );
});

function spokenReply(parent: KernelMessage): Speech {
  return { channel: 'shell', type: 'execute_reply', content: { status: 'ok' }, parent };
}
