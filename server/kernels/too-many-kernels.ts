import { HttpError } from '../http-error.ts';
import type { RunningKernel } from './running-kernel.ts';

/** Tells people what runs, so that they can end some of it. */
export function tooManyKernels(most: number, kernels: Iterable<RunningKernel>): HttpError {
  const running = [...kernels].map(
    ({ documentPath, model: { id, name, execution_state } }) =>
      `${documentPath ?? 'no document'} (${name}, ${execution_state}, ${id})`,
  );
  return new HttpError(
    409,
    `No more than ${most} kernels may run at once (max-kernels). These do: ${running.join('; ')}. End one with Shut Down in the list of what runs, or by DELETE /api/kernels/ID.`,
  );
}
