import type { KernelLimits } from '../kernel-bridge/kernel.ts';
import { HttpError } from './http-error.ts';
import { readKernelLimits } from './kernel-limits.ts';

/**
 * The field `limits` of a request for a kernel.
 * @throws HttpError 400
 */
export function requestedLimits(value: unknown): KernelLimits | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    return readKernelLimits(value);
  } catch (cause) {
    throw new HttpError(400, (cause as Error).message, null, { cause });
  }
}
