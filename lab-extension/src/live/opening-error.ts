import type { Refusal } from '../../../server/wire/refused.ts';

/** The server does not open a document. */
export class OpeningError extends Error {
  constructor(
    readonly code: Refusal,
    message: string,
  ) {
    super(message);
    this.name = 'OpeningError';
  }
}
