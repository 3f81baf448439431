import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import type { Tab } from '../../test/doubles/stream-under-test.ts';
import { HttpError } from '../http-error.ts';

let under: StreamUnderTest;
beforeEach(() => {
  under = new StreamUnderTest();
});
const speak = (text: string): number => under.hear(spokenMessage({ content: { name: 'stdout', text } }));
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));
const speakAll = (from: number, to: number): void => numbers(from, to).forEach(speak);

describe.each(['v1', 'legacy'] as const)('a kernel websocket in the %s dialect', (dialect) => {
  test('gets all that is said, its own replies, and nobody else its', async () => {
    const [one, two] = [under.open('one', { dialect }), under.open('two', { dialect })];
    const request = executeRequest('one');
    one.send(request);
    await settle();
    expect(under.sent.map(({ header }) => header)).toEqual([request.header]);
    under.hear(spokenMessage({ parent: request, buffers: [Buffer.from([1, 2, 3])] }));
    under.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request }));
    under.hear(spokenMessage({ channel: 'shell', type: 'complete_reply', parent: request }));
    under.hear(spokenMessage({ channel: 'control', type: 'debug_reply', parent: request }));
    under.hear(spokenMessage({ channel: 'stdin', type: 'input_request', parent: request }));
    await settle();
    expect(one.types).toEqual(['stream', 'execute_reply', 'complete_reply', 'debug_reply', 'input_request']);
    expect(two.types).toEqual(['stream']);
    expect(one.received[0]?.buffers).toEqual([Buffer.from([1, 2, 3])]);
  });

  test.each([
    { what: 'bytes that are no frame', data: Buffer.from([1, 2, 3]), binary: true },
    { what: 'text that is no JSON', data: '{', binary: false },
    { what: 'an empty frame', data: Buffer.alloc(0), binary: true },
  ])('is closed with 1007 for $what, and the kernel and others live on', async ({ data, binary }) => {
    const [bad, good] = [under.open('bad', { dialect }), under.open('good', { dialect })];
    bad.connection.receive(data, binary);
    expect(bad.connection.closeCode).toBe(1007);
    expect(under.stream.connections).toBe(1);
    speak('on');
    await settle();
    expect(good.texts).toEqual(['on']);
    expect(bad.texts).toEqual([]);
  });

  test('ignores a message that is for nobody, and stays open', () => {
    const tab = under.open('one', { dialect });
    tab.send(spokenMessage({ channel: 'iopub', type: 'stream' }));
    tab.send(spokenMessage({ channel: 'shell', type: '' }));
    expect(tab.connection.isOpen).toBe(true);
    expect(under.sent).toEqual([]);
    expect(under.logged.join('')).toContain('is ignored');
  });
});

test('a client that names another session than its socket gets its replies all the same', async () => {
  const [gateway, other] = [under.open('socket'), under.open('other')];
  const request = executeRequest('a session of its own');
  gateway.send(request);
  await settle();
  under.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request }));
  await settle();
  expect(gateway.types).toEqual(['execute_reply']);
  expect(other.types).toEqual([]);
});

test('I7: each request is checked, and a socket whose right is gone is closed with 1008', async () => {
  let allowed = true;
  const tab = under.open('one', {
    authorize: () => {
      if (!allowed) throw new HttpError(403, 'Forbidden');
    },
  });
  tab.send(executeRequest('one'));
  await settle();
  allowed = false;
  tab.send(executeRequest('one'));
  await settle();
  expect(under.sent).toHaveLength(1);
  expect(tab.connection.closeCode).toBe(1008);
});

describe('a session that comes back', () => {
  test('gets what it missed from the log, once and in order, then goes on live', async () => {
    const first = under.open('one');
    speakAll(0, 5);
    await settle();
    first.connection.breakOff();
    speakAll(5, 10);
    await settle();
    const second = under.open('one');
    await settle();
    speakAll(10, 15);
    await settle();
    expect(first.texts).toEqual(numbers(0, 5));
    expect(second.texts).toEqual(numbers(5, 15));
  });

  test('a new session gets nothing of before it', async () => {
    speakAll(0, 5);
    await settle();
    const tab = under.open('new');
    speak('5');
    await settle();
    expect(tab.texts).toEqual(['5']);
  });

  test('gets its own replies and questions of meanwhile, and no other session does', async () => {
    const request = executeRequest('one');
    const first = under.open('one');
    const other = under.open('two');
    first.send(request);
    await settle();
    first.connection.breakOff();
    other.connection.breakOff();
    under.hear(spokenMessage({ channel: 'stdin', type: 'input_request', parent: request }));
    under.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request }));
    await settle();
    const [again, otherAgain] = [under.open('one'), under.open('two')];
    await settle();
    expect(again.types).toEqual(['input_request', 'execute_reply']);
    expect(otherAgain.types).toEqual([]);
  });

  test('a question that it never got is asked again; one that it got is not', async () => {
    const request = executeRequest('one');
    const first = under.open('one');
    first.connection.answersPings = false;
    under.hear(spokenMessage({ channel: 'stdin', type: 'input_request', parent: request }));
    await settle();
    first.connection.breakOff();
    const second = under.open('one');
    await settle();
    // Should it have got it after all, it must not stand there twice.
    expect(second.types).toEqual(['clear_output', 'input_request']);
    second.connection.breakOff();
    const third = under.open('one');
    await settle();
    expect(third.types).toEqual([]);
    third.send(
      spokenMessage({ channel: 'stdin', type: 'input_reply', session: 'one', content: { value: 'x' } }),
    );
    await settle();
    expect(under.sent.at(-1)?.header.msg_type).toBe('input_reply');
  });

  test('I1: what was sent but not received before the break is sent again', async () => {
    const first = under.open('one');
    speakAll(0, 3);
    await settle();
    first.connection.answersPings = false;
    speakAll(3, 6);
    await settle();
    first.connection.breakOff();
    const second = under.open('one');
    await settle();
    expect(second.texts).toEqual(numbers(3, 6));
  });

  test('while another tab of the same session is there, takes its place without loss or repetition', async () => {
    const first = under.open('one');
    speakAll(0, 3);
    await settle();
    const second = under.open('one');
    speakAll(3, 6);
    await settle();
    // Lab takes 1000 and 1001 for an end that it need not undo.
    expect(first.connection.closeCode).toBeNull();
    expect(first.texts).toEqual(numbers(0, 3));
    expect(second.texts).toEqual(numbers(3, 6));
    expect(under.stream.connections).toBe(1);
  });

  test('I1: takes the place of a tab that never got what it was sent, and gets that', async () => {
    const first = under.open('one');
    first.connection.answersPings = false;
    speakAll(0, 3);
    await settle();
    const second = under.open('one');
    await settle();
    expect(second.texts).toEqual(numbers(0, 3));
  });

  test('what the tab whose place was taken still sends is not run', async () => {
    const first = under.open('one');
    under.open('one');
    first.send(executeRequest('one'));
    await settle();
    expect(under.sent).toEqual([]);
  });

  test('gets once what it read from the log a moment before it was to be delivered', async () => {
    const first = under.open('one');
    first.connection.breakOff();
    speakAll(0, 3);
    await settle();
    const answer = under.log.holdAnswers();
    speakAll(3, 6);
    const second = under.open('one');
    await settle();
    expect(second.texts).toEqual(numbers(0, 4));
    answer();
    await settle();
    expect(second.texts).toEqual(numbers(0, 6));
  });

  test('gets what is said while it catches up, in its place', async () => {
    const first = under.open('one');
    first.connection.breakOff();
    speakAll(0, 2000);
    await settle();
    const second = under.open('one');
    for (let next = 2000; next < 2500; next += 10) {
      speakAll(next, next + 10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await settle();
    expect(second.texts).toEqual(numbers(0, 2500));
  });

  test('gets what both processes of a restarted kernel said', async () => {
    const first = under.open('one');
    first.connection.breakOff();
    under.hear(spokenMessage({ session: 'old', content: { name: 'stdout', text: 'old' } }));
    under.stream.say({ channel: 'iopub', type: 'status', content: { execution_state: 'restarting' } });
    under.stream.record({
      type: 'kernel-restarted',
      version: 2,
      data: { position: null, kernelId: 'k', reason: 'died', pid: 2 },
      actor: 'server',
      causedBy: null,
      frames: [],
    });
    under.hear(spokenMessage({ session: 'new', content: { name: 'stdout', text: 'new' } }));
    await settle();
    const second = under.open('one');
    await settle();
    expect(second.types).toEqual(['stream', 'status', 'stream']);
    expect(second.received.map(({ header }) => header.session)).toEqual(['old', 'old', 'new']);
  });

  test('I1: hears everything once and in order, however connections break, supersede and lag', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('speak' as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('turn' as const), count: fc.integer({ min: 1, max: 3 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom('break', 'again', 'lag', 'drain', 'hold', 'go'),
          count: fc.constant(1),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        under = new StreamUnderTest();
        let said = 0;
        let tab: Tab = under.open('one');
        const got: string[][] = [];
        // Ends a connection only when what it was sent is received, so that nothing is sent twice.
        const leave = (): void => {
          while (tab.connection.pings.length > 0) tab.connection.pong();
          tab.connection.breakOff();
          got.push(tab.texts);
        };
        for (const { kind, count } of steps) {
          if (kind === 'speak') speakAll(said, (said += count));
          else if (kind === 'turn') await settle();
          else if (kind === 'lag') tab.connection.bufferedBytes = 2 ** 30;
          else if (kind === 'drain') tab.connection.drain();
          else if (kind === 'hold') under.log.hold();
          else if (kind === 'go') under.log.letGo();
          else {
            if (kind === 'break') leave();
            else {
              while (tab.connection.pings.length > 0) tab.connection.pong();
              got.push(tab.texts);
            }
            tab = under.open('one');
          }
        }
        under.log.letGo();
        tab.connection.drain();
        await settle();
        tab.connection.drain();
        await settle();
        got.push(tab.texts);
        expect(got.flat()).toEqual(numbers(0, said));
      }),
      { numRuns: 100 },
    );
  });
});

describe('I5: a client that takes less than is said', () => {
  test('is read to from the log at its own pace, loses nothing, and holds up nobody', async () => {
    const [slow, fast] = [under.open('slow'), under.open('fast')];
    let taken = 0;
    slow.connection.onSent = ({ data }) => {
      slow.connection.bufferedBytes += data.length;
      taken = Math.max(taken, slow.connection.bufferedBytes);
    };
    const big = 'x'.repeat(1024 * 1024);
    for (let each = 0; each < 100; each++) {
      speak(`${each} ${big}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await settle();
    expect(fast.connection.frames).toHaveLength(100);
    expect(slow.connection.frames.length).toBeLessThan(20);
    // What waits for it: the bound, and one message beyond it.
    expect(taken).toBeLessThan(10 * 1024 * 1024);
    for (let each = 0; each < 20; each++) {
      slow.connection.drain();
      await settle();
    }
    expect(slow.texts.map((text) => Number(text.split(' ')[0]))).toEqual(numbers(0, 100).map(Number));
    expect(taken).toBeLessThan(10 * 1024 * 1024);
  });

  test('goes on live when it has caught up', async () => {
    const slow = under.open('slow');
    slow.connection.bufferedBytes = 2 ** 30;
    speakAll(0, 10);
    await settle();
    expect(slow.texts).toEqual([]);
    slow.connection.drain();
    await settle();
    speakAll(10, 20);
    await settle();
    expect(slow.texts).toEqual(numbers(0, 20));
  });

  test('is given up if it asks on and on and takes no answer', () => {
    const tab = under.open('greedy');
    tab.connection.bufferedBytes = 2 ** 30;
    under.hear(spokenMessage({ channel: 'shell', type: 'complete_reply', parent: executeRequest('greedy') }));
    expect(tab.connection.closeCode).toBe(1006);
    expect(under.stream.connections).toBe(0);
  });

  test('leaves nothing behind when it goes while it waits for room', async () => {
    const slow = under.open('slow');
    slow.connection.bufferedBytes = 2 ** 30;
    speakAll(0, 10);
    await settle();
    slow.connection.breakOff();
    await settle();
    const again = under.open('slow');
    await settle();
    expect(again.texts).toEqual(numbers(0, 10));
  });

  test('an event that cannot be read does not keep back those behind it', async () => {
    const first = under.open('one');
    first.connection.breakOff();
    speakAll(0, 5);
    await settle();
    const read = under.log.read.bind(under.log);
    const { EventLogError } = await import('../../event-log/event-log.ts');
    under.log.read = async function* (name, options) {
      for await (const event of read(name, options)) {
        if (event.sequence === 3)
          throw new EventLogError('EVENT_LOG_DAMAGED', 'damaged', {
            position: { stream: name, sequence: 3 },
          });
        yield event;
      }
    };
    const second = under.open('one');
    await settle();
    expect(second.texts).toEqual(['0', '1', '3', '4']);
  });

  test('is closed, to come again, where the log cannot be read at all', async () => {
    const first = under.open('one');
    first.connection.breakOff();
    speakAll(0, 5);
    await settle();
    const read = under.log.read.bind(under.log);
    under.log.read = () => {
      throw new Error('the disk is gone');
    };
    const second = under.open('one');
    await settle();
    expect(second.connection.closeCode).toBe(1011);
    under.log.read = read;
    const third = under.open('one');
    await settle();
    expect(third.texts).toEqual(numbers(0, 5));
  });
});
