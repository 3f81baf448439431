import type { AssistantMessage, Message } from './message.ts';

/** The ids of all calls of a conversation. */
export function callIdsOf(messages: Iterable<Message>): Set<string> {
  const ids = new Set<string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const part of message.content) if (part.type === 'tool-call') ids.add(part.callId);
  }
  return ids;
}

/**
 * The answer with an id of its own for each call, and these noted as used. Some providers count calls from 0 in each answer or give no
 * ids at all; what is done once per id would then not be done at all.
 */
export function withUniqueCallIds(
  answer: AssistantMessage,
  used: Set<string>,
  turnId: string,
): AssistantMessage {
  const content = answer.content.map((part) => {
    if (part.type !== 'tool-call') return part;
    let callId = part.callId;
    for (let number = used.size; callId === '' || used.has(callId); number += 1) {
      callId = `call_${turnId.slice(0, 8)}_${number}`;
    }
    used.add(callId);
    return callId === part.callId ? part : { ...part, callId };
  });
  return { role: 'assistant', content };
}
