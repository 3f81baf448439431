import { HttpError } from '../http-error.ts';

/** Stable, for programs; the texts are for people. */
export type RunsApiErrorCode =
  | 'invalid_request'
  | 'run_not_found'
  | 'notebook_not_found'
  | 'notebook_unreadable'
  | 'cell_not_found'
  | 'cell_without_id'
  | 'cell_is_no_code'
  | 'source_changed'
  | 'request_id_reused'
  | 'kernel_not_found'
  | 'kernel_spec_unknown'
  | 'kernel_is_another'
  | 'kernel_failed'
  | 'too_many_waiting'
  | 'no_open_prompt'
  | 'run_is_with_kernel'
  | 'run_is_over'
  | 'not_recorded';

const STATUS: Readonly<Record<RunsApiErrorCode, number>> = {
  invalid_request: 400,
  run_not_found: 404,
  notebook_not_found: 404,
  notebook_unreadable: 400,
  cell_not_found: 404,
  cell_without_id: 400,
  cell_is_no_code: 400,
  source_changed: 409,
  request_id_reused: 409,
  kernel_not_found: 404,
  kernel_spec_unknown: 400,
  kernel_is_another: 409,
  kernel_failed: 500,
  too_many_waiting: 429,
  no_open_prompt: 409,
  run_is_with_kernel: 409,
  run_is_over: 409,
  not_recorded: 507,
};

/** What the API of runs answers instead: `{"code", "message", "remedy", "reason": null}` and what else is known. */
export class RunsApiError extends HttpError {
  readonly code: RunsApiErrorCode;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param details members of the answer, such as `cell_id` */
  constructor(
    code: RunsApiErrorCode,
    message: string,
    remedy: string,
    options: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(STATUS[code], message, null, options);
    this.name = 'RunsApiError';
    this.code = code;
    this.remedy = remedy;
    this.details = options.details ?? {};
  }

  get body(): Readonly<Record<string, unknown>> {
    const { code, message, remedy, details } = this;
    return { code, message, remedy, reason: null, ...details };
  }
}
