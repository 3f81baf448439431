import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrashingTurns } from '../test/doubles/crashing-turns.ts';
import type { DoneEffect } from '../test/doubles/crashing-turns.ts';
import { ScriptedChatModel } from '../test/doubles/scripted-chat-model.ts';
import { turnId } from '../test/doubles/turn-under-test.ts';
import { ChatError } from './chat-error.ts';
import type { ChatChunk } from './chat-model.ts';
import { conversationOf } from './conversation-of.ts';
import type { Message } from './message.ts';
import type { TurnEvent } from './turn-event.ts';
import { turnOf } from './turn-state.ts';

const callArbitrary = fc.record({
  toolName: fc.constantFrom('read', 'fail', 'edit', 'edit', 'run', 'run', 'restart', 'unknown'),
  argumentsText: fc.constantFrom('{"value": 1}', '{"value": 1}', '{"value": 1,}', '{"value": ', '{}'),
  // Some providers count from 0 in each answer.
  callId: fc.constantFrom('a', 'b', 'c', ''),
});

const stepArbitrary = fc.record({
  pieces: fc.array(fc.constantFrom('Let me ', 'look. ', ''), { maxLength: 4 }),
  calls: fc.array(callArbitrary, { maxLength: 5 }),
  /** After how many chunks it breaks off, each time that it is asked before it answers. */
  breaks: fc.array(fc.nat(6), { maxLength: 3 }),
});

const worldArbitrary = fc.record({
  steps: fc.array(stepArbitrary, { minLength: 1, maxLength: 6 }),
  kills: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom('before', 'after')), {
    maxLength: 8,
  }),
  stoppedAt: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 3 }),
  choices: fc.infiniteStream(fc.nat(1_000)),
});

type World = typeof worldArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

function modelOf(steps: World['steps']): ScriptedChatModel {
  const askedFor = new Map<number, number>();
  return new ScriptedChatModel(({ messages }) => {
    const index = messages.filter(({ role }) => role === 'assistant').length;
    const step = steps[index] ?? { pieces: ['Done.'], calls: [], breaks: [] };
    const asked = askedFor.get(index) ?? 0;
    askedFor.set(index, asked + 1);
    const chunks: ChatChunk[] = [
      ...step.pieces.map((text) => ({ type: 'text', text }) as const),
      ...step.calls.map((call) => ({ type: 'tool-call', ...call }) as const),
      { type: 'finish', reason: 'stop', usage: null },
    ];
    const breakAt = step.breaks[asked];
    if (breakAt === undefined || breakAt >= chunks.length) return chunks;
    return [...chunks.slice(0, breakAt), new ChatError('server-failed', 'It is in trouble.')];
  });
}

async function play({ steps, kills, stoppedAt, choices }: World) {
  const next = (below: number) => (choices.next().value ?? 0) % below;
  const person = {
    choose: (open: number) => (open === 0 ? 0 : next(open)),
    isApproving: () => next(3) > 0,
    hasScope: () => next(6) === 0,
    isQuick: () => next(3) === 0,
  };
  const turns = new CrashingTurns(modelOf(steps), person, new Map(kills), stoppedAt);
  const { outcome, turn } = await turns.run();
  return { turns, outcome, turn };
}

function effectsOf(written: readonly (TurnEvent | DoneEffect)[]) {
  return written.flatMap((entry, position) => (entry.type === 'effect' ? [{ ...entry, position }] : []));
}

/** Whether a person had said yes to this call, or to all of this tool, before the position. */
function isApprovedBefore(
  written: readonly (TurnEvent | DoneEffect)[],
  { toolName, effectId }: DoneEffect,
  position: number,
): boolean {
  const toolOf = new Map(
    written.flatMap((entry) =>
      entry.type === 'model-answered'
        ? entry.message.content.flatMap((part) =>
            part.type === 'tool-call' ? [[part.callId, part.toolName] as const] : [],
          )
        : [],
    ),
  );
  return written
    .slice(0, position)
    .some(
      (entry) =>
        entry.type === 'approval-given' &&
        entry.isApproved &&
        (`${turnId}:${entry.callId}` === effectId ||
          (entry.scope === 'turn' && toolOf.get(entry.callId) === toolName)),
    );
}

function expectWhole(messages: readonly Message[]): void {
  let last: Message['role'] = 'assistant';
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') expect(open.shift()).toBe(message.callId);
    else {
      expect(open).toEqual([]);
      expect(message.role === 'user' ? last : 'assistant').toBe(
        message.role === 'user' ? 'assistant' : message.role,
      );
      expect(message.content.length).toBeGreaterThan(0);
      if (message.role === 'assistant') {
        open = message.content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []));
      }
    }
    last = message.role;
  }
  expect(open).toEqual([]);
  expect(last).toBe('assistant');
}

describe('a turn whose server is killed at any write', () => {
  const runs = { numRuns: 300 };

  it('[O1] [O2] [A1] [A7] has no effect twice, none lost and none without its approval', async () => {
    let effectsSeen = 0;
    let crashesSeen = 0;
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (world) => {
        const { turns, outcome } = await play(world);
        const { written } = turns;
        const effects = effectsOf(written);
        effectsSeen += effects.length;
        crashesSeen += turns.crashes;
        expect(new Set(effects.map(({ effectId }) => effectId)).size).toBe(effects.length);
        for (const effect of effects) expect(isApprovedBefore(written, effect, effect.position)).toBe(true);
        const ends = written.findIndex(({ type }) => type === 'turn-ended');
        for (const { position } of effects) expect(position).toBeLessThan(ends);
        expect(written.filter(({ type }) => type === 'turn-ended')).toEqual([
          { type: 'turn-ended', turnId, outcome },
        ]);
        const ended = new Map(
          turns.log.flatMap((event) => (event.type === 'tool-ended' ? [[event.callId, event.result]] : [])),
        );
        expect(ended.size).toBe(turns.log.filter(({ type }) => type === 'tool-ended').length);
        for (const { toolName, effectId } of effects) {
          const result = ended.get(effectId.slice(turnId.length + 1));
          // What is not repeatable may have been done without anybody knowing; the model is then told just that.
          if (toolName === 'edit') expect(result?.isError).toBe(false);
          if (toolName === 'run' && outcome?.type !== 'stopped') expect(result?.isError).toBe(false);
        }
        const done = new Set(effects.map(({ effectId }) => effectId));
        for (const event of turns.log) {
          if (event.type !== 'model-answered') continue;
          for (const part of event.message.content) {
            if (part.type !== 'tool-call' || !['edit', 'run', 'restart'].includes(part.toolName)) continue;
            const result = ended.get(part.callId);
            if (result && !result.isError) expect(done).toContain(`${turnId}:${part.callId}`);
          }
        }
      }),
      runs,
    );
    expect(effectsSeen).toBeGreaterThan(100);
    expect(crashesSeen).toBeGreaterThan(100);
  });

  it('[E1] [M6] is known from its events alone, and leaves a conversation that every provider takes', async () => {
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (world) => {
        const { turns, turn } = await play(world);
        expect(turnOf(turns.log)).toEqual(turn.state);
        expectWhole(conversationOf([turnOf(turns.log)], 1_000_000));
        // A turn that was cut anywhere can be told of too.
        const cut = turns.log.slice(0, 1 + ((world.choices.next().value ?? 0) % turns.log.length));
        expectWhole(conversationOf([turnOf(cut)], 1_000_000));
      }),
      runs,
    );
  });

  it('[A1] carries out what was approved, whatever is killed, unless it is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (world) => {
        const { turns, outcome } = await play({ ...world, stoppedAt: null });
        expect(outcome?.type).toBe('done');
        const effects = new Set(effectsOf(turns.written).map(({ effectId }) => effectId));
        const first = new Map<string, boolean>();
        for (const event of turns.log) {
          if (event.type !== 'approval-given' || first.has(event.callId)) continue;
          first.set(event.callId, event.isApproved);
        }
        const toolOf = new Map(
          turns.log.flatMap((event) =>
            event.type === 'model-answered'
              ? event.message.content.flatMap((part) =>
                  part.type === 'tool-call' ? [[part.callId, part.toolName] as const] : [],
                )
              : [],
          ),
        );
        for (const [callId, isApproved] of first) {
          const effectId = `${turnId}:${callId}`;
          if (toolOf.get(callId) !== 'restart') expect(effects.has(effectId)).toBe(isApproved);
          else if (!isApproved) expect(effects.has(effectId)).toBe(false);
        }
      }),
      runs,
    );
  });
});
