import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { KernelPast } from './kernel-past.ts';

type Unanswered =
  typeof KernelPast.prototype.unanswered extends ReadonlyMap<string, infer Request> ? Request : never;

/**
 * The requests that were recorded, and that the kernel has not got: those behind the last that it is known to have, for
 * it gets them in order.
 * @param isAnswered whether the server answers it itself, or another kernel runs it: this kernel does not get it, nor what is
 * behind it before it is over; one that turned out to be its own after all it has got
 * @param handedOver ids of the last messages that it got; null where nobody can tell
 */
export function neverHandedOver(
  { conversation, unanswered }: Pick<KernelPast, 'conversation' | 'unanswered'>,
  handedOver: readonly string[] | null,
  isAnswered: (message: KernelMessage) => boolean = () => false,
): Unanswered[] {
  const got = new Set(handedOver);
  const answered = [...unanswered].findIndex(([id, { message }]) => !got.has(id) && isAnswered(message));
  const open = answered === -1 ? unanswered.size : answered;
  if (handedOver === null) return [...unanswered.values()].slice(open);
  const had = new Set(handedOver);
  for (const { messageId, hasBegun } of conversation.executions.all) if (hasBegun) had.add(messageId);
  const requests = [...unanswered];
  const lastHad = requests.findLastIndex(([messageId]) => had.has(messageId));
  return requests.slice(Math.min(lastHad + 1, open)).map(([, request]) => request);
}
