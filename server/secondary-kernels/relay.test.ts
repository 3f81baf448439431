import fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { Relay } from './relay.ts';
import { relayedThrough } from './relayed-through.ts';

const request = executeRequest('page');
const SESSION = 'cells';
const ranOn = { kernel: 'b', display_name: 'B', place: null };

function said(message: KernelMessage, actor: string, session: string): NewEvent {
  const { channel, header, parentHeader, frames } = message;
  const { msg_id: messageId, msg_type: messageType } = header;
  const parentType = parentHeader?.msg_type ?? null;
  return {
    type: 'kernel-message',
    version: 2,
    data: { position: null, channel, messageId, messageType, parentSession: session, parentType },
    actor,
    causedBy: parentHeader?.msg_id ?? null,
    frames,
  };
}
const printed = (text: string): KernelMessage =>
  spokenMessage({ parent: request, content: { name: 'stdout', text } });
const reply = spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request, content: {} });

/** A relay into a stream on the same log, as one server has it. */
async function relayOn(log: MemoryEventLog): Promise<{ relay: Relay; settled: () => Promise<void> }> {
  const { sequence: after } = await relayedThrough(log, 'b', 'a');
  const appends: Promise<unknown>[] = [];
  const relay = new Relay({
    ...{ log, logger: pino({ level: 'silent' }), kernelId: 'b', session: SESSION, after },
    primary: () => ({
      kernelSession: 'a',
      relay: (message, speaker) =>
        void appends.push(log.append('kernel/a', [said(message, `kernel:${speaker}`, 'page')])),
      say: () => undefined,
      roomToSay: () => null,
    }),
    ranOn: () => ranOn,
    isPending: () => false,
    ended: () => undefined,
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(appends);
  };
  return { relay, settled };
}

test('what a kernel says is said again once and in order, wherever servers end between (I4)', async () => {
  const servers = fc.array(fc.record({ heard: fc.nat(4), missed: fc.nat(4) }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(servers, async (ends) => {
      const log = new MemoryEventLog();
      let count = 0;
      const speak = async (relay: Relay | null): Promise<void> => {
        const events = [said(printed(`${(count += 1)}`), 'kernel:b', SESSION)];
        const sequence = await log.append('kernel/b', events);
        relay?.observe({ firstSequence: sequence, events });
      };
      for (const { heard, missed } of [...ends, { heard: 0, missed: 0 }]) {
        const { relay, settled } = await relayOn(log);
        relay.begin(await log.lastSequence('kernel/b'));
        for (let n = 0; n < heard; n++) await speak(relay);
        await settled();
        for (let n = 0; n < missed; n++) await speak(null);
      }
      const { relay, settled } = await relayOn(log);
      relay.begin(await log.lastSequence('kernel/b'));
      await settled();
      const texts: unknown[] = [];
      for await (const { frames, actor } of log.read('kernel/a')) {
        expect(actor).toBe('kernel:b');
        texts.push((JSON.parse(Buffer.from(frames[3] ?? '').toString()) as { text: string }).text);
      }
      expect(texts).toEqual(Array.from({ length: count }, (_, n) => `${n + 1}`));
    }),
    { numRuns: 30 },
  );
});

test('a cell is over with its reply, or when its kernel has no answer any more', async () => {
  const log = new MemoryEventLog();
  const { relay } = await relayOn(log);
  relay.begin(0);
  const answered = relay.answerTo(request.header.msg_id);
  const lost = relay.answerTo('another');
  relay.observe({ firstSequence: 1, events: [said(reply, 'kernel:b', SESSION)] });
  expect(await answered).toBeNull();
  expect(relay.hasAnswered(request.header.msg_id)).toBe(true);
  const data = { position: null, kernelId: 'b', reason: 'requested', exitCode: null, signal: null } as const;
  const ended = { type: 'kernel-ended', version: 2, data, actor: 'ada', causedBy: null, frames: [] } as const;
  relay.observe({ firstSequence: 2, events: [ended] });
  expect(await lost).toMatchObject({ ename: 'KernelGone' });
});

test('what others ask of that kernel is no business of the notebook', async () => {
  const log = new MemoryEventLog();
  const { relay, settled } = await relayOn(log);
  relay.begin(0);
  relay.observe({ firstSequence: 1, events: [said(printed('x'), 'kernel:b', 'a console')] });
  await settled();
  expect(await log.lastSequence('kernel/a')).toBe(0);
});
