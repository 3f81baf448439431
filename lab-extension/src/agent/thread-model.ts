import type { AgentEventMessage } from '../../../server/wire/agent-event.ts';
import { beginTurn, evolveTurn, type TurnModel } from './turn-model.ts';

/** A conversation as its events tell it. */
export interface ThreadModel {
  /** Of the last event that is in it; 0: none yet. */
  readonly sequence: number;
  /** Oldest first. */
  readonly turns: readonly TurnModel[];
}

export const emptyThread: ThreadModel = { sequence: 0, turns: [] };

/** The conversation after an event. One that it has heard already changes nothing: a page that asks again may hear it twice. */
export function evolveThread(thread: ThreadModel, message: AgentEventMessage): ThreadModel {
  const { sequence, event } = message;
  if (sequence <= thread.sequence) return thread;
  // A revert can be of any turn; all else is nearly always of the last.
  const index = thread.turns.findLastIndex(({ turnId }) => turnId === event.turnId);
  const turn = thread.turns[index];
  if (turn !== undefined)
    return { sequence, turns: thread.turns.with(index, evolveTurn(turn, event, message)) };
  if (event.type !== 'turn-started') return { ...thread, sequence };
  return { sequence, turns: [...thread.turns, beginTurn(event, message)] };
}

/** The turn that is under way, if there is one. */
export function openTurn({ turns }: ThreadModel): TurnModel | null {
  const last = turns.at(-1);
  return last !== undefined && last.outcome === null ? last : null;
}
