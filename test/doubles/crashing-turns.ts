import { z } from 'zod';
import { emptyPolicy } from '../../ai-agent/approval.ts';
import { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { Effect, Tool, ToolContext, ToolResult } from '../../ai-agent/tool.ts';
import { Turn } from '../../ai-agent/turn.ts';
import type { TurnEvent, TurnOutcome } from '../../ai-agent/turn-event.ts';
import { defaultTurnLimits } from '../../ai-agent/turn-limits.ts';
import { turnOf } from '../../ai-agent/turn-state.ts';
import { ManualClock } from './manual-clock.ts';
import type { ScriptedChatModel } from './scripted-chat-model.ts';
import { startedTurn, turnId } from './turn-under-test.ts';

/** Something that happened to what people have. */
export interface DoneEffect {
  readonly type: 'effect';
  readonly toolName: string;
  readonly effectId: string;
}

type Entries = readonly (TurnEvent | DoneEffect)[];

export interface Person {
  /** Which of so many open calls is decided next. */
  choose(open: number): number;
  isApproving(): boolean;
  hasScope(): boolean;
  /** Whether they decide now, while something else is under way. */
  isQuick(): boolean;
}

/**
 * A turn whose server is killed at chosen writes, before or after they are done, and started again from what was written. What is
 * written outlives it: the log, and the effects of tools, in the order in which they happened.
 */
export class CrashingTurns {
  readonly written: (TurnEvent | DoneEffect)[] = [startedTurn('Go on.')];
  crashes = 0;
  #writes = 0;
  #process = Promise.withResolvers<'killed'>();
  #alive: object = {};
  readonly #killedAt: ReadonlyMap<number, 'before' | 'after'>;
  readonly #stoppedAt: number | null;
  readonly #model: ScriptedChatModel;
  readonly #person: Person;

  constructor(
    model: ScriptedChatModel,
    person: Person,
    killedAt: ReadonlyMap<number, 'before' | 'after'>,
    stoppedAt: number | null,
  ) {
    this.#model = model;
    this.#person = person;
    this.#killedAt = killedAt;
    this.#stoppedAt = stoppedAt;
  }

  get log(): TurnEvent[] {
    return this.written.filter((entry) => entry.type !== 'effect');
  }

  /** Runs server after server until the turn has ended. */
  async run(): Promise<{ outcome: TurnOutcome | null; turn: Turn }> {
    for (;;) {
      const ended = await this.#serve();
      if (ended !== 'killed') return ended;
      this.crashes += 1;
    }
  }

  async #serve(): Promise<'killed' | { outcome: TurnOutcome | null; turn: Turn }> {
    this.#process = Promise.withResolvers();
    const process = {};
    this.#alive = process;
    const clock = new ManualClock();
    const write = (entries: Entries): Promise<void> => this.#write(process, turn, entries);
    const turn: Turn = new Turn(turnOf(this.log), {
      model: this.#model,
      tools: new ToolRegistry(this.#tools(write)),
      instructions: '',
      history: [],
      limits: { ...defaultTurnLimits, steps: 12 },
      clock,
      random: () => 0.5,
      signal: new AbortController().signal,
      policy: () => ({ policies: [], limits: emptyPolicy }),
      record: write,
      progress: () => undefined,
      report: (error) => {
        throw error;
      },
    });
    let outcome: TurnOutcome | null | undefined;
    const run = turn.run().then((ended) => (outcome = ended));
    const killed = this.#process.promise;
    for (;;) {
      const first = await Promise.race([
        run,
        killed,
        new Promise((resolve) => setImmediate(resolve, 'idle')),
      ]);
      if (first === 'killed') return 'killed';
      if (outcome !== undefined) return { outcome, turn };
      if (clock.next !== null && clock.next < 100_000) clock.advance(clock.next);
      else this.#decide(turn);
    }
  }

  /** The person looks at what is open, and decides on one of it. */
  #decide(turn: Turn): void {
    const log = this.log;
    const decided = new Set(
      log.flatMap((event) =>
        'callId' in event && event.type !== 'approval-requested' ? [event.callId] : [],
      ),
    );
    const open = log.flatMap((event) =>
      event.type === 'approval-requested' && !decided.has(event.callId) ? [event.callId] : [],
    );
    const callId = open[this.#person.choose(open.length)];
    if (callId === undefined) return;
    const approval = {
      type: 'approval-given',
      turnId,
      callId,
      isApproved: this.#person.isApproving(),
      by: 'ann',
      scope: this.#person.hasScope() ? 'turn' : 'call',
      remark: null,
    } as const;
    this.written.push(approval);
    turn.deliver(approval);
  }

  async #write(process: object, turn: Turn, entries: Entries): Promise<void> {
    if (this.#alive !== process) return new Promise(() => undefined);
    this.#writes += 1;
    const kill = this.#killedAt.get(this.#writes);
    if (kill !== 'before') this.written.push(...entries);
    if (kill !== undefined) {
      this.#alive = {};
      this.#process.resolve('killed');
      return new Promise(() => undefined);
    }
    if (this.#stoppedAt !== null && this.#writes >= this.#stoppedAt) turn.stop('ann');
    if (this.#person.isQuick()) this.#decide(turn);
    await new Promise(setImmediate);
  }

  #tools(write: (entries: Entries) => Promise<void>): Tool[] {
    const done = (effectId: string, toolName: string): DoneEffect => ({ type: 'effect', toolName, effectId });
    const result: ToolResult = { content: [{ type: 'text', text: 'Done.' }], isError: false, details: null };
    const tool = (
      name: string,
      effect: Effect,
      isRepeatable: boolean,
      use: (context: ToolContext) => Promise<void>,
    ): Tool<unknown> => ({
      name,
      description: name,
      effect,
      schema: z.object({ value: z.number() }),
      timeLimit: 1_000_000,
      isRepeatable,
      preview: () => Promise.resolve({ kind: 'text', text: name }),
      use: async (_argumentsOf, context) => {
        await use(context);
        return result;
      },
    });
    return [
      tool('read', 'reads', true, () => Promise.resolve()),
      tool('fail', 'reads', true, () => Promise.reject(new ToolError('No.'))),
      // As edits are: the effect and its event in one append.
      tool('edit', 'edits', true, async (context) => {
        await context.recordWith(result, (ended) => write([done(context.effectId, 'edit'), ended]));
      }),
      // As runs are: a queue that takes each request id once.
      tool('run', 'runs', true, async ({ effectId }) => {
        const isTaken = this.written.some((entry) => entry.type === 'effect' && entry.effectId === effectId);
        if (!isTaken) await write([done(effectId, 'run')]);
        await new Promise(setImmediate);
      }),
      // As restarts are: each time is another one.
      tool('restart', 'destroys', false, ({ effectId }) => write([done(effectId, 'restart')])),
    ];
  }
}
