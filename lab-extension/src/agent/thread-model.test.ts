import { Signal } from '@lumino/signaling';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentEventMessage } from '../../../server/wire/agent-event.ts';
import type { AgentTurnEvent } from '../../../server/wire/agent-turn-event.ts';
import type { DownMessage } from '../../../server/wire/down.ts';
import type { UpMessage } from '../../../server/wire/up.ts';
import type { ConnectionStatus, ILiveConnection } from '../tokens.ts';
import { FollowedThread } from './followed-thread.ts';
import { emptyThread, evolveThread, openTurn, type ThreadModel } from './thread-model.ts';
import { waitingCalls } from './turn-model.ts';

const THREAD = 'thread-1';
const asked = (turnId: string): AgentTurnEvent => ({
  type: 'turn-started',
  turnId,
  modelId: 'openai:tiny',
  question: [
    { type: 'text', text: 'Why?' },
    { type: 'image', mediaType: 'image/png', description: 'a plot', frame: 0 },
  ],
  hasContext: true,
});
const streamed = (text: string, step = 1, kind: 'text' | 'reasoning' = 'text'): AgentTurnEvent => ({
  type: 'text-streamed',
  turnId: 'a',
  step,
  kind,
  text,
});
const answered = (text: string, step: number, tools: readonly string[]): AgentTurnEvent => ({
  type: 'model-answered',
  turnId: 'a',
  step,
  text,
  calls: tools.map((callId) => ({ callId, toolName: 'edit_cell', argumentsText: '{}' })),
  finish: tools.length > 0 ? 'tool-calls' : 'stop',
  usage: { inputTokens: 10, outputTokens: 2, cachedInputTokens: 0 },
});
const given = (callId: string, isApproved: boolean): AgentTurnEvent => ({
  type: 'approval-given',
  turnId: 'a',
  callId,
  isApproved,
  by: 'ada',
  scope: 'call',
  remark: isApproved ? null : 'not this one',
});
const requested = (callId: string): AgentTurnEvent => ({
  type: 'approval-requested',
  turnId: 'a',
  callId,
  preview: { kind: 'text', text: 'x' },
});
const ended = (callId: string, isError = false): AgentTurnEvent => ({
  type: 'tool-ended',
  turnId: 'a',
  callId,
  content: [{ type: 'text', text: 'done' }],
  isError,
  details: null,
});

const story: AgentTurnEvent[] = [
  asked('a'),
  { type: 'model-asked', turnId: 'a', step: 1 },
  streamed('Let me', 1, 'reasoning'),
  streamed('I wi'),
  { type: 'model-failed', turnId: 'a', step: 1, code: 'unreachable', message: 'Nobody answers.', delay: 500 },
  { type: 'model-asked', turnId: 'a', step: 1 },
  streamed('I shall '),
  streamed('edit.'),
  answered('I shall edit.', 1, ['one', 'two']),
  requested('one'),
  requested('two'),
  given('two', false),
  given('two', true),
  given('one', true),
  { type: 'tool-started', turnId: 'a', callId: 'one', allowedBy: 'approval' },
  ended('one'),
  ended('two', true),
  { type: 'model-asked', turnId: 'a', step: 2 },
  streamed('Done.', 2),
  answered('Done.', 2, []),
  { type: 'turn-ended', turnId: 'a', outcome: { type: 'done' } },
  asked('b'),
  { type: 'turn-ended', turnId: 'b', outcome: { type: 'stopped', by: 'ada' } },
  {
    type: 'turn-reverted',
    turnId: 'a',
    by: 'ada',
    callIds: ['one'],
    left: [{ callId: 'one', reason: 'changed since' }],
  },
];
/** As the server tells them: with gaps. */
const told: AgentEventMessage[] = story.map((event, index) => ({
  type: 'agent-event',
  threadId: THREAD,
  sequence: 3 * index + 1,
  time: index,
  actor: event.type === 'turn-started' ? 'ada' : 'agent:ada',
  event,
}));
const after = (count: number): ThreadModel => told.slice(0, count).reduce(evolveThread, emptyThread);

describe('a conversation as its events tell it', () => {
  test('has turns with what was said, asked, decided and done', () => {
    const { turns } = after(told.length);
    expect(turns).toMatchObject([
      {
        turnId: 'a',
        asker: 'ada',
        question: [
          { type: 'text', text: 'Why?' },
          { type: 'image', sequence: 1, frame: 0 },
        ],
        steps: [
          {
            text: 'I shall edit.',
            calls: [
              { callId: 'one', status: 'ended', approval: { isApproved: true } },
              { callId: 'two', status: 'rejected', approval: { remark: 'not this one' } },
            ],
          },
          { text: 'Done.', calls: [], isAnswered: true },
        ],
        usage: { inputTokens: 20, outputTokens: 4 },
        outcome: { type: 'done' },
        reverted: { left: [{ reason: 'changed since' }] },
      },
      { turnId: 'b', outcome: { type: 'stopped' } },
    ]);
  });

  test('drops what was streamed of a step that is asked again, and says why it is', () => {
    expect(after(4).turns[0]?.steps).toMatchObject([{ text: 'I wi', reasoning: 'Let me' }]);
    expect(after(5).turns[0]?.steps).toMatchObject([
      { text: '', reasoning: '', failure: { message: 'Nobody answers.' } },
    ]);
    expect(after(7).turns[0]?.steps).toMatchObject([{ text: 'I shall ', failure: null }]);
  });

  test('knows what waits for a person, and nothing once the turn is over', () => {
    const waiting = (count: number): string[] => {
      const turn = after(count).turns.at(-1);
      return turn === undefined ? [] : waitingCalls(turn).map(({ callId }) => callId);
    };
    expect(waiting(11)).toEqual(['one', 'two']);
    expect(waiting(12)).toEqual(['one']);
    expect(waiting(15)).toEqual([]);
    const stopped: AgentTurnEvent = {
      type: 'turn-ended',
      turnId: 'a',
      outcome: { type: 'stopped', by: 'ada' },
    };
    const over = evolveThread(after(11), { ...told[11]!, event: stopped });
    expect(openTurn(over)).toBeNull();
    expect(waitingCalls(over.turns[0]!)).toEqual([]);
  });

  test('is the same whatever was heard twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(told.length), { maxLength: 5 }), (cuts) => {
        const heard = cuts.flatMap((cut) => told.slice(0, cut));
        // In the log's order from each point on, as a server tells them.
        const model = [...heard, ...told].reduce(evolveThread, emptyThread);
        expect(model).toEqual(after(told.length));
      }),
    );
  });
});

/** A server that has the story, and a network that breaks. */
class BreakingConnection {
  status: ConnectionStatus = { kind: 'connecting' };
  readonly statusChanged = new Signal<ILiveConnection, ConnectionStatus>(this as unknown as ILiveConnection);
  readonly message = new Signal<ILiveConnection, DownMessage>(this as unknown as ILiveConnection);
  /** Where the server is in its telling; null: nobody follows. */
  #place: number | null = null;

  send(message: UpMessage): boolean {
    if (message.type === 'agent-unfollow') this.#place = null;
    // As the server does: who follows already is not told again.
    if (message.type === 'agent-follow') this.#place ??= message.after;
    return true;
  }

  become(kind: 'connected' | 'reconnecting'): void {
    this.#place = null;
    this.status =
      kind === 'connected'
        ? ({ kind, server: 'one', person: {} } as unknown as ConnectionStatus)
        : { kind, since: new Date(0) };
    this.statusChanged.emit(this.status);
  }

  /** @returns whether there was something to tell */
  tell(count: number): boolean {
    const next = told.filter(({ sequence }) => this.#place !== null && sequence > this.#place);
    for (const message of next.slice(0, count)) {
      this.#place = message.sequence;
      this.message.emit(message);
    }
    return next.length > 0;
  }
}

describe('a conversation that is followed', () => {
  test('comes to the same wherever the connection breaks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 20 }), (heards) => {
        const connection = new BreakingConnection();
        const followed = new FollowedThread(THREAD, connection);
        for (const heard of heards) {
          connection.become('connected');
          connection.tell(heard);
          connection.become('reconnecting');
        }
        connection.become('connected');
        connection.tell(told.length);
        expect(followed.model).toEqual(after(told.length));
        followed.close();
        expect(connection.tell(1)).toBe(false);
      }),
    );
  });

  test('keeps what tools say while they work, hears nothing of others, and says when it is gone', () => {
    const connection = new BreakingConnection();
    const followed = new FollowedThread(THREAD, connection);
    connection.become('connected');
    connection.tell(15);
    const emit = (message: DownMessage): void => connection.message.emit(message);
    emit({ type: 'agent-progress', threadId: THREAD, turnId: 'a', callId: 'one', text: 'half' });
    emit({ type: 'agent-progress', threadId: 'other', turnId: 'a', callId: 'one', text: 'other' });
    expect(followed.progressOf('one')).toBe('half');
    connection.tell(1);
    expect(followed.progressOf('one')).toBe('');
    expect(followed.ending).toBeNull();
    emit({ type: 'agent-unavailable', threadId: THREAD, message: 'The conversation was deleted.' });
    expect(followed.ending).toBe('The conversation was deleted.');
  });
});
