import { evolveTurn, initialTurn } from '../../ai-agent/turn-state.ts';
import type { TurnState } from '../../ai-agent/turn-state.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { threadStream } from './agent-threads.ts';
import { turnEventOf } from './stored-turn-event.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';

/** A turn of a thread, as its events tell it. */
export interface ThreadTurn {
  readonly state: TurnState;
  /** Who asked. */
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** When it last put something to people; null where it never did. The same. */
  readonly askedAt: number | null;
  /** Its changes were taken back. */
  readonly isReverted: boolean;
}

/** All turns of a thread, oldest first. @throws EventLogError */
export async function readThread(log: EventLog, threadId: string): Promise<ThreadTurn[]> {
  const turns = new Map<string, ThreadTurn>();
  for await (const event of log.read(threadStream(threadId))) {
    const stored = event as StoredTurnEvent;
    if (stored.type === 'turn-reverted') {
      const reverted = turns.get(stored.data.turnId);
      if (reverted !== undefined) turns.set(stored.data.turnId, { ...reverted, isReverted: true });
      continue;
    }
    const told = turnEventOf(stored);
    if (told === null) continue;
    const turn = turns.get(told.turnId);
    if (turn !== undefined) {
      const askedAt = told.type === 'approval-requested' ? stored.time : turn.askedAt;
      turns.set(told.turnId, { ...turn, askedAt, state: evolveTurn(turn.state, told) });
    }
    if (turn === undefined && told.type === 'turn-started')
      turns.set(told.turnId, {
        state: initialTurn(told),
        actor: stored.actor,
        startedAt: stored.time,
        askedAt: null,
        isReverted: false,
      });
  }
  return [...turns.values()];
}
