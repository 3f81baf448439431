export type ChatErrorCode =
  | 'bad-key' // the provider does not know the key, or the key may not use this model
  | 'unknown-model'
  | 'context-overflow' // the request has more tokens than the model takes
  | 'rate-limited'
  | 'out-of-credit'
  | 'unreachable' // no connection, or it broke before the answer was whole
  | 'server-failed' // the provider answers that it is in trouble
  | 'refused' // the provider calls the request wrong
  | 'unreadable-answer'; // not what the provider's API promises

/** A model could not be asked, or its answer broke off. The message is for people and says what to do; it never has a key in it. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  /** The same request may succeed later. */
  readonly isRetryable: boolean;
  /** In milliseconds: how long the provider asks to wait; null where it does not say. */
  readonly retryAfter: number | null;

  constructor(
    code: ChatErrorCode,
    message: string,
    options?: {
      readonly cause?: unknown;
      readonly isRetryable?: boolean;
      readonly retryAfter?: number | null;
    },
  ) {
    super(message, options);
    this.code = code;
    this.isRetryable =
      options?.isRetryable ?? ['rate-limited', 'unreachable', 'server-failed'].includes(code);
    this.retryAfter = options?.retryAfter ?? null;
  }
}
