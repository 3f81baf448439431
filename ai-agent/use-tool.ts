import { effectIdOf } from './effect-id.ts';
import type { Clock } from './clock.ts';
import { limitResult } from './limit-result.ts';
import type { ToolCall } from './message.ts';
import { settleWithin } from './settle-within.ts';
import type { Settled } from './settle-within.ts';
import { ToolError } from './tool.ts';
import type { Tool, ToolContext, ToolEnded, ToolPreview, ToolResult } from './tool.ts';
import type { TurnLimits } from './turn-limits.ts';

export interface ToolUse {
  readonly turnId: string;
  readonly call: ToolCall;
  readonly tool: Tool;
  readonly arguments: unknown;
  readonly remark: string | null;
  readonly shown: ToolPreview | null;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly limits: TurnLimits;
  progress(text: string): void;
  /** Of what went wrong in the tool itself: the model is not told, the server's log is. */
  report(error: unknown): void;
}

export type ToolOutcome =
  | { readonly type: 'ended' | 'recorded'; readonly event: ToolEnded }
  /** The signal was aborted, and how far the tool got is not known. */
  | { readonly type: 'aborted' };

/**
 * Uses a tool within its time limit. Whatever it does afterwards counts no more; a commit that has begun is always waited for, since
 * its event may be in the log already.
 */
export async function useTool(use: ToolUse): Promise<ToolOutcome> {
  const { tool, clock, limits } = use;
  const abort = new AbortController();
  const commit = new ToolCommit(use, abort.signal);
  const context: ToolContext = {
    effectId: effectIdOf(use.turnId, use.call.callId),
    remark: use.remark,
    shown: use.shown,
    signal: abort.signal,
    progress: (text) => use.progress(text),
    recordWith: (result, store) => commit.recordWith(result, store),
  };
  const work = (async () => tool.use(use.arguments, context))();
  const settled = await settleWithin(work, tool.timeLimit, clock, use.signal);
  let final: Settled<ToolResult> = settled;
  if (settled.type === 'late' || settled.type === 'aborted') {
    abort.abort(new ToolError(settled.type === 'late' ? 'Its time is over.' : 'The turn was stopped.'));
    const inGrace = await settleWithin(work, limits.abortGrace, clock, new AbortController().signal);
    if (inGrace.type === 'value') final = inGrace;
  }
  const recorded = await commit.close();
  if (recorded) return { type: 'recorded', event: recorded };
  if (final.type === 'aborted') return { type: 'aborted' };
  return { type: 'ended', event: endedEvent(use, resultOf(final, use)) };
}

function resultOf(settled: Exclude<Settled<ToolResult>, { type: 'aborted' }>, use: ToolUse): ToolResult {
  switch (settled.type) {
    case 'value':
      return settled.value;
    case 'late':
      return failure(`It had not ended after ${use.tool.timeLimit / 1_000} s and was given up.`);
    case 'error':
      if (settled.error instanceof ToolError) return failure(settled.error.message);
      use.report(settled.error);
      return failure('The tool failed for a reason of its own; the same call will hardly succeed.');
  }
}

/** What a model reads of a call that was not carried out, or failed. */
export function failure(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true, details: null };
}

function endedEvent({ turnId, call, tool, remark, limits }: ToolUse, result: ToolResult): ToolEnded {
  const limited = limitResult(result, limits);
  // Where the tool asks a person, what they say is its result.
  if (remark === null || tool.alwaysAsks === true) {
    return { type: 'tool-ended', turnId, callId: call.callId, result: limited };
  }
  const said = { type: 'text', text: `The person who allowed this says: ${remark}` } as const;
  const content = [...limited.content, said];
  return { type: 'tool-ended', turnId, callId: call.callId, result: { ...limited, content } };
}

/** The one commit that a tool may make of its effect together with its end. */
class ToolCommit {
  readonly #use: ToolUse;
  readonly #signal: AbortSignal;
  #underWay: Promise<void> | null = null;
  #recorded: ToolEnded | null = null;
  #isClosed = false;

  constructor(use: ToolUse, signal: AbortSignal) {
    this.#use = use;
    this.#signal = signal;
  }

  async recordWith(result: ToolResult, store: (ended: ToolEnded) => Promise<void>): Promise<void> {
    if (this.#isClosed || this.#signal.aborted) throw new ToolError('The call is over; nothing was done.');
    if (this.#underWay || this.#recorded) throw new TypeError('A call ends once');
    const ended = endedEvent(this.#use, result);
    const underWay = store(ended).then(() => {
      this.#recorded = ended;
    });
    this.#underWay = underWay.finally(() => {
      this.#underWay = null;
    });
    await this.#underWay;
  }

  /** From now on nothing is stored. Answers what was. */
  async close(): Promise<ToolEnded | null> {
    this.#isClosed = true;
    // Its failure is the tool's, which was told.
    await this.#underWay?.catch(() => undefined);
    return this.#recorded;
  }
}
