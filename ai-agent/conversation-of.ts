import { estimateTokensOfMessages } from './estimate-tokens.ts';
import type { ContentPart, Message, ToolMessage } from './message.ts';
import { shortenText } from './shorten-text.ts';
import type { ToolResult } from './tool.ts';
import type { TurnOutcome } from './turn-event.ts';
import { toolMessage } from './turn-state.ts';
import type { CallState, TurnState } from './turn-state.ts';
import { failure } from './use-tool.ts';

/** Of a result in a turn that is over. */
const charactersOfOldResult = 2_000;

/**
 * What a model is told of the turns before the one that it is asked in: the newest that fit into about so many tokens, oldest first.
 * What changes from turn to turn does not fill the window: of a notebook only the newest view is sent, of results a part.
 */
export function conversationOf(turns: readonly TurnState[], tokens: number): readonly Message[] {
  const kept: (readonly Message[])[] = [];
  let room = tokens;
  for (const turn of turns.toReversed()) {
    const messages = messagesOf(turn);
    room -= estimateTokensOfMessages(messages);
    if (room < 0) break;
    kept.unshift(messages);
  }
  const missing = turns.length - kept.length;
  const [first, ...rest] = kept.flat();
  if (missing === 0 || first?.role !== 'user') return first ? [first, ...rest] : [];
  const note = textPart(`[Before this, ${missing} earlier exchanges are left out.]`);
  return [{ ...first, content: [note, ...first.content] }, ...rest];
}

function messagesOf(turn: TurnState): readonly Message[] {
  const messages: Message[] = [
    { role: 'user', content: [...oldContext(turn), ...turn.question.content] },
    ...turn.messages.slice(1).map(withShortResult),
  ];
  const { phase } = turn;
  if (phase.type === 'using-tools') {
    messages.push(phase.answer, ...phase.calls.map(resultOf).map(withShortResult));
  }
  if (phase.type !== 'answered' || messages.at(-1)?.role !== 'assistant') {
    const said = phase.type === 'asking' && turn.outcome?.type === 'stopped' ? phase.streamed : '';
    messages.push({
      role: 'assistant',
      content: [...(said === '' ? [] : [textPart(said)]), textPart(ending(turn.outcome))],
    });
  }
  return messages;
}

function oldContext({ context }: TurnState): readonly ContentPart[] {
  if (context === null) return [];
  return [textPart('[What the notebook looked like then is left out here.]')];
}

/** Providers refuse a call without a result. */
function resultOf({ call, status }: CallState): ToolMessage {
  return toolMessage(call, resultOfStatus(status));
}

function resultOfStatus(status: CallState['status']): ToolResult {
  switch (status.type) {
    case 'ended':
      return status.result;
    case 'started':
      return failure('The turn ended while this was under way. Nobody knows how far it got.');
    case 'open':
    case 'awaiting-approval':
    case 'approved':
    case 'rejected':
      return failure('The turn ended before this was carried out.');
  }
}

function withShortResult<Any extends Message>(message: Any): Any | ToolMessage {
  if (message.role !== 'tool') return message;
  const content = message.content.map((part) => {
    if (part.type === 'image') return textPart(`[Image: ${part.description}]`);
    return textPart(shortenText(part.text, charactersOfOldResult));
  });
  return { ...message, content };
}

/** Some models take only conversations in which question and answer take turns: what was not answered says why. */
function ending(outcome: TurnOutcome | null): string {
  switch (outcome?.type) {
    case 'stopped':
      return `[Stopped here by ${outcome.by}.]`;
    case 'failed':
      return '[No answer: the model could not be reached or failed.]';
    case 'step-limit':
      return `[Ended here: tools were used in ${outcome.steps} steps, and no more are allowed in one turn.]`;
    case 'done':
    case undefined:
      return '[No answer.]';
  }
}

function textPart(text: string): ContentPart & { readonly type: 'text' } {
  return { type: 'text', text };
}
