import type { z } from 'zod';
import type { ContentPart } from './message.ts';

/** What using a tool can do to what people have, from least to most. */
export type Effect = 'reads' | 'edits' | 'runs' | 'destroys';

export interface ToolResult {
  readonly content: readonly ContentPart[];
  /** The model is to read it as a failure that it can do something about. */
  readonly isError: boolean;
  /** For the interface and for taking it back, never sent to a model: plain JSON that the tool itself defines. */
  readonly details: Readonly<Record<string, unknown>> | null;
}

export interface ToolContext {
  /** Of the call, unique among all turns, the same when a turn is resumed: what a tool does under it is done once. */
  readonly effectId: string;
  /** What the person said who allowed the call: the answer, where the tool asks a person. */
  readonly remark: string | null;
  /** What people were shown before they allowed the call; null where nobody was asked. What it does must be that. */
  readonly shown: ToolPreview | null;
  /** Aborted when the turn is stopped or the tool's time is over. */
  readonly signal: AbortSignal;
  /** Shown to people while the tool is at work; not kept. */
  progress(text: string): void;
  /**
   * For a tool whose effect is kept where turns are kept: `commit` stores the effect and the event, which says that the call ended like
   * this, together or not at all. Then "done" and "known to be done" cannot be parted by a crash.
   */
  recordWith(result: ToolResult, commit: (ended: ToolEnded) => Promise<void>): Promise<void>;
}

/** What a person is shown before they allow a call: plain JSON whose shape `kind` names (`cell-diff`, `code`, `text`, …). */
export interface ToolPreview {
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** A call of a turn is over. */
export interface ToolEnded {
  readonly type: 'tool-ended';
  readonly turnId: string;
  readonly callId: string;
  readonly result: ToolResult;
}

/** Something that a model can have done. */
export interface Tool<Arguments = unknown> {
  /** Letters, digits and underscores, at most 64. */
  readonly name: string;
  /** For the model: what it does, when to use it, what it answers. */
  readonly description: string;
  readonly effect: Effect;
  readonly schema: z.ZodType<Arguments>;
  /** In milliseconds; what has not ended by then is aborted, and the model is told. */
  readonly timeLimit: number;
  /**
   * A call that was begun when the server ended may be begun again under the same effect id. Where it is false the model is told
   * instead that nobody knows how it ended.
   */
  readonly isRepeatable: boolean;
  /** It exists to ask: a person is always put the question, whatever was granted before. */
  readonly alwaysAsks?: boolean;
  /** What this call would do, for its approval. @throws ToolError where the arguments cannot be carried out, so that nobody is asked in vain */
  preview?(argumentsOf: Arguments): Promise<ToolPreview>;
  /** @throws ToolError, whose message the model reads */
  use(argumentsOf: Arguments, context: ToolContext): Promise<ToolResult>;
}

/** A call failed in a way that the model can understand. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
