import type { WireAnswer } from './model-server.ts';

/** What a test has a model say, in no provider's words. */
export interface SaidByModel {
  readonly reasoning?: readonly string[];
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: object }[];
  readonly finish?: 'stop' | 'length';
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export type Trouble =
  | 'bad-key'
  | 'unknown-model'
  | 'context-overflow'
  | 'rate-limited'
  | 'out-of-credit'
  | 'server-failed'
  | 'refused';

/** How a provider puts things, and how a request to it is read. */
export interface ModelWire {
  /** Headers of a stream. */
  readonly headers: Readonly<Record<string, string>>;
  frames(said: SaidByModel): string[];
  trouble(trouble: Trouble): WireAnswer;
  /** An error in the middle of a stream. */
  saidTrouble(message: string): string;
  /** The roles and texts of a request's messages; an image is `<image …>` with its beginning. */
  spoken(body: Readonly<Record<string, unknown>>): string[];
}

/** A whole answer of a provider. */
export function wireAnswer(wire: ModelWire, said: SaidByModel): WireAnswer {
  return { headers: wire.headers, frames: wire.frames(said) };
}
