import { describe, expect, it } from 'vitest';
import { startedTurn, turnId } from '../test/doubles/turn-under-test.ts';
import { conversationOf } from './conversation-of.ts';
import { fitMessages } from './fit-messages.ts';
import type { AssistantMessage, Message } from './message.ts';
import type { TurnEvent } from './turn-event.ts';
import { turnOf } from './turn-state.ts';

const says = (text: string): AssistantMessage => ({ role: 'assistant', content: [{ type: 'text', text }] });
const calls = (...callIds: string[]): AssistantMessage => ({
  role: 'assistant',
  content: callIds.map((callId) => ({ type: 'tool-call', callId, toolName: 'run', argumentsText: '{}' })),
});
const answered = (step: number, message: AssistantMessage): TurnEvent => ({
  type: 'model-answered',
  turnId,
  step,
  message,
  finish: 'stop',
  usage: null,
});
const ended = (callId: string, text: string): TurnEvent => ({
  type: 'tool-ended',
  turnId,
  callId,
  result: {
    content: [
      { type: 'text', text },
      { type: 'image', mediaType: 'image/png', data: 'AAAA', description: 'a plot' },
    ],
    isError: false,
    details: null,
  },
});
const stopped: TurnEvent = { type: 'turn-ended', turnId, outcome: { type: 'stopped', by: 'ann' } };

const inShort = (messages: readonly Message[]) =>
  messages.map(({ role, content }) => {
    const texts = content.map((part) =>
      part.type === 'text' ? part.text : part.type === 'image' ? 'IMAGE' : `call ${part.callId}`,
    );
    return `${role}: ${texts.join(' | ')}`;
  });

describe('the conversation before a turn', () => {
  it('[M7] has what was said, of the notebook a note, and results in short', () => {
    const context = { role: 'user', content: [{ type: 'text', text: 'all cells' }] } as const;
    const turn = turnOf([
      { ...startedTurn('Why?'), context },
      answered(1, calls('a')),
      ended('a', 'x'.repeat(9_000)),
      answered(2, says('Because.')),
    ]);
    expect(turn.messages[0]?.content).toHaveLength(2);
    const [question, call, result, answer] = inShort(conversationOf([turn], 100_000));
    expect(question).toBe('user: [What the notebook looked like then is left out here.] | Why?');
    expect(call).toBe('assistant: call a');
    expect(result).toMatch(/^tool: x+\n\[… 7000 characters left out …\]\nx+ \| \[Image: a plot\]$/);
    expect(answer).toBe('assistant: Because.');
  });

  it('[M6] has a result for each call and an answer to each question, however the turn ended', () => {
    const cut = turnOf([
      startedTurn('Go.'),
      answered(1, calls('a', 'b', 'c')),
      ended('a', 'fine'),
      { type: 'tool-started', turnId, callId: 'b', allowedBy: 'policy' },
      stopped,
    ]);
    expect(inShort(conversationOf([cut], 100_000))).toEqual([
      'user: Go.',
      'assistant: call a | call b | call c',
      'tool: fine | [Image: a plot]',
      'tool: The turn ended while this was under way. Nobody knows how far it got.',
      'tool: The turn ended before this was carried out.',
      'assistant: [Stopped here by ann.]',
    ]);
  });

  it('[M2] [L3] keeps what a stopped model had said, and not what a failed one had', () => {
    const streamed: TurnEvent = { type: 'text-streamed', turnId, step: 1, kind: 'text', text: 'It is' };
    const failed: TurnEvent = {
      type: 'turn-ended',
      turnId,
      outcome: { type: 'failed', code: 'unreachable', message: '' },
    };
    const messages = (last: TurnEvent) =>
      inShort(conversationOf([turnOf([startedTurn('?'), streamed, last])], 100));
    expect(messages(stopped)[1]).toBe('assistant: It is | [Stopped here by ann.]');
    expect(messages(failed)[1]).toBe('assistant: [No answer: the model could not be reached or failed.]');
  });

  it('[M7] leaves out the oldest turns where there is no room', () => {
    const turns = [1, 2, 3].map((number) =>
      turnOf([startedTurn(`Question ${number} ${'x'.repeat(400)}`), answered(1, says('Yes.'))]),
    );
    const messages = inShort(conversationOf(turns, 250));
    expect(messages).toHaveLength(4);
    expect(messages[0]).toMatch(/^user: \[Before this, 1 earlier exchanges are left out.\] \| Question 2/);
    expect(conversationOf(turns, 10)).toEqual([]);
  });

  it('[M7] gives up the oldest results of a turn, but none that the model has not answered to', () => {
    const tool = (callId: string): Message => ({
      role: 'tool',
      callId,
      toolName: 'run',
      isError: false,
      content: [{ type: 'text', text: 'x'.repeat(4_000) }],
    });
    const messages = [
      startedTurn('Go.').question,
      calls('a'),
      tool('a'),
      calls('b'),
      tool('b'),
      calls('c'),
      tool('c'),
    ];
    expect(fitMessages(messages, 10_000)).toBe(messages);
    const fitted = fitMessages(messages, 2_100);
    expect(inShort(fitted)[2]).toContain('Left out');
    expect(fitted[4]).toBe(messages[4]);
    expect(fitMessages(messages, 0)[6]).toBe(messages[6]);
  });
});
