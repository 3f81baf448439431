import { HttpError } from '../http-error.ts';

/** Stable, for programs; the texts are for people. */
export type AgentApiErrorCode =
  | 'invalid_request'
  | 'notebook_not_found'
  | 'thread_not_found'
  | 'turn_not_found'
  /** Another turn of the thread is not over. */
  | 'turn_under_way'
  | 'turn_is_over'
  /** Nothing of that name waits for an approval: somebody else may have decided. */
  | 'no_open_approval'
  | 'unknown_model'
  | 'cannot_revert';

const STATUS: Readonly<Record<AgentApiErrorCode, number>> = {
  invalid_request: 400,
  notebook_not_found: 404,
  thread_not_found: 404,
  turn_not_found: 404,
  turn_under_way: 409,
  turn_is_over: 409,
  no_open_approval: 409,
  unknown_model: 400,
  cannot_revert: 409,
};

/** What the agents' API answers instead: `{"code", "message", "remedy", "reason": null}`. */
export class AgentApiError extends HttpError {
  readonly code: AgentApiErrorCode;
  readonly remedy: string;

  constructor(code: AgentApiErrorCode, message: string, remedy: string, options: ErrorOptions = {}) {
    super(STATUS[code], message, null, options);
    this.name = 'AgentApiError';
    this.code = code;
    this.remedy = remedy;
  }

  get body(): Readonly<Record<string, unknown>> {
    const { code, message, remedy } = this;
    return { code, message, remedy, reason: null };
  }
}
