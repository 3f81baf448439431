import type { HostedKernelState } from '../browser-runtime/browser-runtime.ts';
import type { PrivateCopy } from './private-copies.ts';

/** What a private copy is, above it. */
export function copyText({ from, takenAt }: Pick<PrivateCopy, 'from' | 'takenAt'>): string {
  return `Private copy of ${from}, taken ${timeText(takenAt)}. It is kept in this browser alone: nobody else sees it, and the original does not change.`;
}

export function timeText(time: string): string {
  return new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

/** How the kernel in this page is, where that is not what the toolbar says. */
export function runtimeText(state: HostedKernelState): string {
  switch (state.kind) {
    case 'loading': {
      const percent = state.done === null ? '' : ` (${Math.round(state.done * 100)} %)`;
      return `${state.text}${percent}…`;
    }
    case 'ended':
      return `Its kernel has ended: ${state.why}`;
    case 'idle':
    case 'busy':
      return '';
  }
}
