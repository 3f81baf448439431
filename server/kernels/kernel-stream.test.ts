import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { repliesMissed } from './explain-death.ts';
import type { Delivery, StreamClient } from './stream-client.ts';

/** Notes what it gets, and what the log held when it did. */
class Listener implements StreamClient {
  readonly got: Delivery[] = [];
  readonly passed: (number | null)[] = [];
  superseded = 0;
  attachedAt = 0;
  progress = { received: 7, sent: 9 };
  readonly #look: () => number;

  constructor(
    readonly sessionId: string,
    look: () => number = () => Infinity,
  ) {
    this.#look = look;
  }

  deliver(deliveries: readonly Delivery[], through: number | null): void {
    for (const { sequence } of deliveries)
      if (sequence !== null) expect(sequence).toBeLessThanOrEqual(this.#look());
    this.got.push(...deliveries);
    this.passed.push(through);
  }

  supersede(): void {
    this.superseded += 1;
  }

  get types(): string[] {
    return this.got.map(({ message }) => `${message.channel} ${message.messageType}`);
  }
}

let under: StreamUnderTest;
beforeEach(() => {
  under = new StreamUnderTest();
});
const say = (text: string): number => under.hear(spokenMessage({ content: { name: 'stdout', text } }));
const textOf = ({ message }: Delivery): string =>
  (JSON.parse(Buffer.from(message.frames[3]!).toString()) as { text: string }).text;

describe('what a kernel says', () => {
  test('[GW5] what the kernel has done ends for all, with what of its end was lost', async () => {
    const listener = new Listener('tab');
    under.stream.attach(listener);
    const [answered, unanswered] = [executeRequest('tab'), executeRequest('tab')];
    for (const request of [answered, unanswered]) under.stream.request(request, listener, 'alice');
    await settle();
    under.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: answered }));
    await settle();
    listener.got.length = 0;
    under.stream.sayToRunning('there is a gap');
    under.stream.missed(
      [answered, unanswered].map(({ header }) => header.msg_id),
      repliesMissed,
    );
    await settle();
    const parents = listener.got.map(({ message }) => {
      const header = JSON.parse(Buffer.from(message.frames[1]!).toString()) as { msg_id: string };
      return header.msg_id;
    });
    const [one, two] = [answered.header.msg_id, unanswered.header.msg_id];
    expect(listener.types.map((type, index) => `${type} ${parents[index] === one ? 'one' : 'two'}`)).toEqual([
      'iopub stream one',
      'iopub status one',
      'iopub error two',
      'shell execute_reply two',
      'iopub status two',
    ]);
    expect(parents.at(-1)).toBe(two);
    // By it REST knows that the kernel is idle.
    expect(under.recorded.at(-1)?.header.msg_type).toBe('status');
  });

  test('I1: is in the log before any client gets it', async () => {
    let committed = 0;
    const append = under.log.append.bind(under.log);
    under.log.append = async (...given) => (committed = await append(...given));
    const listener = new Listener('one', () => committed);
    under.stream.attach(listener);
    under.log.hold();
    for (let each = 0; each < 50; each++) say(String(each));
    await settle();
    expect([listener.got, under.recorded]).toEqual([[], []]);
    under.log.letGo();
    await settle();
    expect(under.recorded).toHaveLength(50);
    expect(listener.got.map(textOf)).toEqual(Array.from({ length: 50 }, (_, each) => String(each)));
    expect(await under.events()).toHaveLength(50);
  });

  test('comes to all clients in the order in which it was said, across channels, events or not', async () => {
    const channels = fc.constantFrom(
      'iopub stream',
      'shell execute_reply',
      'shell complete_reply',
      'stdin input_request',
      'control debug_reply',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(channels, { maxLength: 40 }), fc.nat(5), async (kinds, every) => {
        const fresh = new StreamUnderTest();
        const listeners = [new Listener('one'), new Listener('two')];
        for (const listener of listeners) fresh.stream.attach(listener);
        const request = spokenMessage({ channel: 'shell', type: 'execute_request', session: 'one' });
        const said: string[] = [];
        for (const [index, kind] of kinds.entries()) {
          const [channel, type] = kind.split(' ') as ['iopub', string];
          const message = spokenMessage({ channel, type, parent: request });
          said.push(message.header.msg_id);
          fresh.hear(message);
          if (index % (every + 1) === 0) await settle();
        }
        await settle();
        for (const { got } of listeners) {
          expect(got.map(({ message }) => message.messageId)).toEqual(said);
          const sequences = got.flatMap(({ sequence }) => sequence ?? []);
          expect(sequences).toEqual(sequences.map((_, index) => index + 1));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is recorded if it is output, a reply to an execution or a question; answers for one socket are not', async () => {
    const kinds = [
      ...(['iopub comm_msg', 'shell execute_reply', 'stdin input_request'] as const),
      ...([
        'shell complete_reply',
        'shell history_reply',
        'shell kernel_info_reply',
        'control debug_reply',
      ] as const),
    ];
    for (const kind of kinds) {
      const [channel, type] = kind.split(' ') as ['iopub', string];
      under.hear(spokenMessage({ channel, type }));
    }
    await settle();
    const stored = (await under.events()).map(({ data }) => (data as { messageType: string }).messageType);
    expect(stored).toEqual(['comm_msg', 'execute_reply', 'input_request']);
  });

  test('is recorded byte for byte, with who asked for it', async () => {
    const request = executeRequest('one');
    const buffers = [Buffer.from([0, 255]), Buffer.alloc(0)];
    const message = spokenMessage({ type: 'comm_msg', parent: request, buffers });
    under.hear(message);
    await settle();
    const [event] = await under.events();
    expect(event).toMatchObject({
      type: 'kernel-message',
      causedBy: request.header.msg_id,
      data: { position: 1, channel: 'iopub', parentSession: 'one', parentType: 'execute_request' },
    });
    expect(event?.frames.map((frame) => Buffer.from(frame))).toEqual(
      message.frames.map((frame) => Buffer.from(frame)),
    );
  });

  test('I1: is held back while the disk refuses, told once, and delivered whole when there is room', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    say('before');
    await settle();
    under.log.refusal = 'EVENT_LOG_DISK_FULL';
    for (const text of ['a', 'b', 'c']) say(text);
    await settle();
    expect(listener.got.map(textOf)).toEqual(['before', expect.stringContaining('holds it back')]);
    expect(under.retries).toBeGreaterThan(0);
    under.log.refusal = null;
    await settle();
    expect(listener.got.map(textOf).slice(2)).toEqual(['a', 'b', 'c']);
    expect(listener.got.map(({ sequence }) => sequence)).toEqual([1, null, 2, 3, 4]);
  });

  test('answers for one socket do not wait for a disk that refuses output', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.log.refusal = 'EVENT_LOG_IO_FAILED';
    say('held');
    await settle();
    under.hear(spokenMessage({ channel: 'shell', type: 'complete_reply' }));
    expect(listener.types.at(-1)).toBe('shell complete_reply');
  });

  test('I1: what can never be recorded is not delivered, and people are told; what is around it is', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.log.cannotEncode = ({ frames }) => Buffer.from(frames[3] ?? []).includes('unfit');
    for (const text of ['first', 'before', 'unfit', 'after']) say(text);
    await settle();
    expect(listener.got.map(textOf)).toEqual([
      'first',
      'before',
      'after',
      expect.stringContaining('A message of this kernel is lost'),
    ]);
    expect(under.logged.join('')).toContain('could not be recorded');
    expect(under.acknowledged.at(-1)).toBe(4);
  });

  test('I4: is acknowledged once it is recorded, and not while the disk refuses', async () => {
    say('a');
    under.hear(spokenMessage({ channel: 'shell', type: 'complete_reply' }));
    expect(under.acknowledged).toEqual([]);
    await settle();
    expect(under.acknowledged.at(-1)).toBe(2);
    under.log.refusal = 'EVENT_LOG_DISK_FULL';
    say('b');
    await settle();
    under.hear(spokenMessage({ channel: 'shell', type: 'complete_reply' }));
    await settle();
    expect(under.acknowledged.at(-1)).toBe(2);
    under.log.refusal = null;
    await settle();
    expect(under.acknowledged.at(-1)).toBe(4);
    expect((await under.events()).map(({ data }) => (data as { position: number }).position)).toEqual([1, 3]);
  });

  test('I4: is passed over where it was had before', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    const message = spokenMessage({ content: { name: 'stdout', text: 'once' } });
    const position = under.hear(message);
    await settle();
    under.stream.hear(message, position);
    expect(under.stream.isNew(position)).toBe(false);
    await settle();
    expect(listener.got.map(textOf)).toEqual(['once']);
    expect(await under.events()).toHaveLength(1);
  });

  test('I4: is left to the next server once this one lets go', async () => {
    under.log.hold();
    say('recorded');
    const letGo = under.stream.letGo();
    say('left');
    under.log.letGo();
    await letGo;
    expect(await under.events()).toHaveLength(1);
    expect(under.acknowledged).toEqual([1]);
  });

  test('I1: what belongs together is recorded in one', async () => {
    const request = executeRequest('one');
    under.stream.request(request, { sessionId: 'one' }, 'alice');
    await settle();
    under.hear(spokenMessage({ type: 'execute_input', parent: request }));
    await settle();
    under.committed.length = 0;
    under.stream.together(() => under.stream.died({ reason: 'why', lines: ['why'] }, new Set()));
    await settle();
    expect(under.committed.map(({ events, firstSequence }) => [events.length, firstSequence])).toEqual([
      [3, 3],
    ]);
  });

  test('is told to an observer in order, with its sequences, after clients have it', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    const request = executeRequest('one');
    under.stream.request(request, listener, 'alice');
    await settle();
    for (const text of ['a', 'b', 'c']) say(text);
    await settle();
    const told = under.committed.flatMap(({ firstSequence, events }) =>
      events.map((event, index) => [firstSequence + index, event.type]),
    );
    expect(told).toEqual((await under.events()).map(({ sequence, type }) => [sequence, type]));
  });

  test('what is said in its name carries its own session', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.hear(spokenMessage({ session: 'of the kernel' }));
    under.stream.say({ channel: 'iopub', type: 'status', content: { execution_state: 'restarting' } });
    await settle();
    const header = JSON.parse(Buffer.from(listener.got[1]!.message.frames[0]!).toString()) as object;
    expect(header).toMatchObject({ session: 'of the kernel', msg_type: 'status' });
  });
});

describe('what a kernel is asked', () => {
  test('I1: an execution is in the log before the kernel gets it, with its cell and document', async () => {
    const listener = new Listener('one');
    under.log.hold();
    const request = executeRequest('one', 'x', { cellId: 'cell-7' });
    under.stream.request(request, listener, 'alice');
    await settle();
    expect(under.sent).toEqual([]);
    under.log.letGo();
    await settle();
    expect(under.sent).toEqual([request]);
    expect(await under.events()).toMatchObject([
      {
        type: 'execution-requested',
        actor: 'alice',
        data: { messageId: request.header.msg_id, session: 'one', cellId: 'cell-7', path: 'a.ipynb' },
      },
    ]);
  });

  test('reaches it in order, but control waits for no disk', async () => {
    const listener = new Listener('one');
    under.log.hold();
    under.stream.request(executeRequest('one'), listener, 'alice');
    under.stream.request(spokenMessage({ channel: 'shell', type: 'complete_request' }), listener, 'alice');
    under.stream.request(spokenMessage({ channel: 'control', type: 'interrupt_request' }), listener, 'alice');
    under.stream.request(executeRequest('one'), listener, 'alice');
    expect(under.sent.map(({ header }) => header.msg_type)).toEqual(['interrupt_request']);
    under.log.letGo();
    await settle();
    expect(under.sent.slice(1).map(({ header }) => header.msg_type)).toEqual([
      'execute_request',
      'complete_request',
      'execute_request',
    ]);
  });

  test('I1: an execution that cannot be recorded is not run, and ends with an error for who asked', async () => {
    const [one, two] = [new Listener('one'), new Listener('two')];
    under.stream.attach(one);
    under.stream.attach(two);
    under.log.refusal = 'EVENT_LOG_DISK_FULL';
    under.stream.request(executeRequest('one'), one, 'alice');
    await settle();
    expect(under.sent).toEqual([]);
    expect(one.types).toEqual(['iopub stream', 'shell execute_reply', 'iopub status']);
    expect(two.got).toEqual([]);
  });

  test('an answer to a prompt reaches the kernel though it cannot be recorded, or it would wait for ever', async () => {
    const listener = new Listener('one');
    under.log.refusal = 'EVENT_LOG_DISK_FULL';
    under.stream.request(spokenMessage({ channel: 'stdin', type: 'input_reply' }), listener, 'alice');
    await settle();
    expect(under.sent.map(({ header }) => header.msg_type)).toEqual(['input_reply']);
  });

  test('a kernel that takes no more refuses an execution in so many words', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.sendFailure = new KernelError('KERNEL_OVERLOADED', 'it takes in no more');
    under.stream.request(executeRequest('one'), listener, 'alice');
    await settle();
    expect(listener.types).toEqual(['iopub stream', 'shell execute_reply', 'iopub status']);
    expect(textOf(listener.got[0]!)).toContain('it takes in no more');
  });

  test('a kernel that is over is asked in vain, without a word', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.sendFailure = new KernelError('KERNEL_DEAD', 'dead');
    under.stream.request(executeRequest('one'), listener, 'alice');
    await settle();
    await under.stream.end();
    under.stream.request(executeRequest('one'), listener, 'alice');
    await settle();
    expect(listener.got).toEqual([]);
    expect(await under.events()).toHaveLength(1);
  });

  test('I5: what waits for the disk is bounded', async () => {
    const listener = new Listener('one');
    under.stream.attach(listener);
    under.log.hold();
    const request = executeRequest('one');
    const large = { ...request, frames: [...request.frames, Buffer.alloc(200 * 1024 * 1024)] };
    for (let each = 0; each < 3; each++) under.stream.request(large, listener, 'alice');
    expect(listener.types).toEqual(['iopub stream', 'shell execute_reply', 'iopub status']);
    under.log.letGo();
    await settle();
    expect(under.sent).toHaveLength(2);
  });
});

describe('who hears a kernel', () => {
  test('replies and questions are for the session that asked, output is for all', async () => {
    const [one, two] = [new Listener('one'), new Listener('two')];
    under.stream.attach(one);
    under.stream.attach(two);
    const request = executeRequest('two');
    under.stream.request(request, two, 'alice');
    for (const [channel, type] of [
      ['shell', 'execute_reply'],
      ['control', 'debug_reply'],
      ['stdin', 'input_request'],
      ['iopub', 'stream'],
    ] as const)
      under.hear(spokenMessage({ channel, type, parent: request }));
    await settle();
    expect(one.got.map(({ message }) => message.recipient)).toEqual(['two', 'two', 'two', null]);
  });

  test('a session that comes back is told how far it was; a new one was nowhere', () => {
    const listener = new Listener('one');
    const slot = under.stream.attach(listener);
    expect(slot.progress).toBeNull();
    slot.note({ received: 7, sent: 9 });
    expect(under.stream.connections).toBe(1);
    under.stream.detach(listener);
    expect(under.stream.connections).toBe(0);
    expect(under.stream.attach(new Listener('two')).progress).toBeNull();
    expect(under.stream.attach(new Listener('one')).progress).toEqual({ received: 7, sent: 9 });
  });

  test('a second socket of a session takes its place', () => {
    const [first, second] = [new Listener('one'), new Listener('one')];
    under.stream.attach(first);
    under.stream.attach(second);
    expect(first.superseded).toBe(1);
    expect(under.stream.connections).toBe(1);
    // The first one's end, which comes later, is not the session's.
    under.stream.detach(first);
    expect(under.stream.connections).toBe(1);
  });

  test('ending waits for what was said, but not for a disk that refuses', async () => {
    under.log.hold();
    say('last words');
    let ended = false;
    const end = under.stream.end().then(() => (ended = true));
    await settle();
    expect(ended).toBe(false);
    under.log.letGo();
    await end;
    expect(await under.events()).toHaveLength(1);
    const refused = new StreamUnderTest();
    refused.log.refusal = 'EVENT_LOG_DISK_FULL';
    refused.hear(spokenMessage());
    await refused.stream.end();
    refused.log.refusal = null;
    await settle();
    expect(await refused.events()).toHaveLength(1);
  });
});
