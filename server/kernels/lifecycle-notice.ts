import type { NewEvent } from '../../event-log/event.ts';
import type { KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';
import { continuedText, gapText, pauseText } from './lifecycle-text.ts';

/** An event as it is recorded, but for who caused it. */
export type Became = Omit<NewEvent, 'actor' | 'causedBy' | 'frames'>;

type Noticed = Extract<
  KernelLifecycleEvent,
  { kind: 'reattached' | 'waiting' | 'warned' | 'paused' | 'continued' | 'limit-reached' }
>;

/** What people are told of in the cells that run, and nothing else follows from: as it is recorded, and as it is said. */
export function lifecycleNotice(
  event: Noticed,
  kernelId: string,
  position: number | null,
): { readonly recorded: Became; readonly text: string | null } {
  const base = { position, kernelId };
  switch (event.kind) {
    case 'reattached': {
      const { silentFrom, silentUntil, why, startsAnew } = event;
      const more = { ...(why !== undefined && { why }), ...(startsAnew === true && { startsAnew }) };
      const data = { ...base, silentFrom, silentUntil, ...more };
      return { recorded: { type: 'kernel-reattached', version: 1, data }, text: gapText(event) };
    }
    case 'waiting': {
      const data = { ...base, text: event.text };
      return { recorded: { type: 'kernel-waiting', version: 1, data }, text: event.text };
    }
    case 'warned': {
      const data = { ...base, text: event.text };
      return { recorded: { type: 'kernel-warned', version: 1, data }, text: event.text };
    }
    case 'paused': {
      const data = { ...base, reason: event.reason };
      return { recorded: { type: 'kernel-paused', version: 1, data }, text: pauseText(event.reason) };
    }
    case 'limit-reached': {
      const { limit, effect, text } = event;
      const data = { ...base, limit, effect, text };
      // The death that follows tells of an end.
      return {
        recorded: { type: 'kernel-limit-reached', version: 1, data },
        text: effect === 'warned' ? text : null,
      };
    }
    case 'continued':
      return { recorded: { type: 'kernel-continued', version: 1, data: base }, text: continuedText };
  }
}
