import type { KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';
import type { PlaceMetrics } from './place-metrics.ts';

/** What places say of their kernels, counted. */
export function countLifecycle(
  metrics: PlaceMetrics,
  place: string,
  kernelId: string,
  event: KernelLifecycleEvent,
): void {
  if (event.kind === 'reattached') metrics.gap(place);
  else if (event.kind === 'gave-up') metrics.gone(kernelId);
  else if (event.kind === 'waiting') {
    if (event.text === null) metrics.waitsNoMore(place, kernelId);
    else metrics.waits(kernelId);
  }
}
