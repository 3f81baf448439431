/** What a turn may take. */
export interface TurnLimits {
  /** How often the model is asked. */
  readonly steps: number;
  /** Calls of one answer; those beyond are refused. */
  readonly callsPerAnswer: number;
  /** How often a step is asked again after a failure that may pass. */
  readonly retries: number;
  /** In milliseconds: a provider that wants a longer pause has failed. */
  readonly longestDelay: number;
  /** In milliseconds: how long a tool that was aborted may take to come to an end. */
  readonly abortGrace: number;
  /** Of a tool's result, for the model: characters of text, and images. */
  readonly resultCharacters: number;
  readonly resultImages: number;
}

export const defaultTurnLimits: TurnLimits = {
  steps: 120,
  callsPerAnswer: 32,
  retries: 5,
  longestDelay: 120_000,
  abortGrace: 2_000,
  resultCharacters: 20_000,
  resultImages: 4,
};
