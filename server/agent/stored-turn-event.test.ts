import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContentPart } from '../../ai-agent/message.ts';
import type { TurnEvent } from '../../ai-agent/turn-event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';
import { storedTurnEvent, turnEventOf } from './stored-turn-event.ts';

const part: fc.Arbitrary<ContentPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  fc.record({
    type: fc.constant('image' as const),
    mediaType: fc.constantFrom('image/png', 'image/jpeg'),
    data: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
    description: fc.string(),
  }),
);
const message = fc.record({ role: fc.constant('user' as const), content: fc.array(part) });
const id = fc.string();
const event: fc.Arbitrary<TurnEvent> = fc.oneof(
  fc.record({
    type: fc.constant('turn-started' as const),
    turnId: id,
    modelId: id,
    question: message,
    context: fc.option(message),
  }),
  fc.record({
    type: fc.constant('tool-ended' as const),
    turnId: id,
    callId: id,
    result: fc.record({
      content: fc.array(part),
      isError: fc.boolean(),
      // A tool's own JSON may look like an image, or like one of ours.
      details: fc.option(
        fc.record({ type: fc.constant('image'), mediaType: id, frame: fc.nat(), before: fc.string() }),
      ),
    }),
  }),
  fc.record({
    type: fc.constant('approval-requested' as const),
    turnId: id,
    callId: id,
    preview: fc.option(fc.record({ kind: id, cells: fc.array(fc.string()) })),
  }),
);

test("what the log gives back is the turn's event, and no image is kept as text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
      const log = new MemoryEventLog();
      await log.append(
        't',
        events.map((each) => storedTurnEvent(each, 'ada')),
      );
      const back = [];
      for await (const stored of log.read('t')) back.push(turnEventOf(stored as StoredTurnEvent));
      expect(back).toEqual(events);
    }),
  );
  const data = Buffer.alloc(900, 7).toString('base64');
  const image = { type: 'image' as const, mediaType: 'image/png', data, description: 'a plot' };
  const content = [image, { type: 'text' as const, text: 'see' }, { ...image, description: 'another' }];
  const result = { content, isError: false, details: null };
  const stored = storedTurnEvent({ type: 'tool-ended', turnId: 'a', callId: 'b', result }, 'ada');
  expect(JSON.stringify(stored.data)).not.toContain(data.slice(0, 20));
  expect(stored.frames.map((frame) => frame.length)).toEqual([900, 900]);
});
