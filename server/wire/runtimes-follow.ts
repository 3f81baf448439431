import { z } from 'zod';

/**
 * From now on the page wants to be told by `runtimes-changed` whenever places or kernels are otherwise than before; at once,
 * too, so that a page which comes back misses nothing.
 */
export const runtimesWatchSchema = z.object({ type: z.literal('runtimes-watch') });

/** Nobody looks any more. */
export const runtimesUnwatchSchema = z.object({ type: z.literal('runtimes-unwatch') });

/**
 * There are other places or kernels than before, or they are otherwise, or use more or less: `GET …/places`, `GET …/runtimes`.
 * No more often than once in a second.
 */
export const runtimesChangedSchema = z.object({ type: z.literal('runtimes-changed') });
