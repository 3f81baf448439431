import type { KernelPast } from './kernel-past.ts';

type Unanswered =
  typeof KernelPast.prototype.unanswered extends ReadonlyMap<string, infer Request> ? Request : never;

/**
 * The requests that were recorded, and that the kernel has not got: those behind the last that it is known to have, for
 * it gets them in order.
 * @param handedOver ids of the last messages that it got; null where nobody can tell
 */
export function neverHandedOver(
  { conversation, unanswered }: Pick<KernelPast, 'conversation' | 'unanswered'>,
  handedOver: readonly string[] | null,
): Unanswered[] {
  if (handedOver === null) return [];
  const had = new Set(handedOver);
  for (const { messageId, hasBegun } of conversation.executions.all) if (hasBegun) had.add(messageId);
  const requests = [...unanswered];
  const lastHad = requests.findLastIndex(([messageId]) => had.has(messageId));
  return requests.slice(lastHad + 1).map(([, request]) => request);
}
