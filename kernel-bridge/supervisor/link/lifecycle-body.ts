import type { KernelLifecycleEvent } from '../../kernel.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';

/** A lifecycle event as JSON; sets become arrays. */
export function serializeLifecycleEvent(event: KernelLifecycleEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => (value instanceof Set ? [...value] : value));
}

/** What each kind must have besides, with an example of it: the supervisor that wrote it may be another version. */
const EXAMPLES: Readonly<Record<KernelLifecycleEvent['kind'], object>> = {
  died: { exit: {}, waiting: [] },
  autorestarted: {},
  'gave-up': { exit: {} },
  reattached: { silentFrom: '', silentUntil: '' },
  waiting: {},
  warned: { text: '' },
  'replies-missed': { messageIds: [] },
  paused: { reason: '' },
  continued: {},
  'limit-reached': { limit: '', effect: '', text: '' },
};

/**
 * @returns null for a kind that a newer supervisor may know
 * @throws MalformedError for what lacks a field that its kind has
 */
export function parseLifecycleEvent(json: string): KernelLifecycleEvent | null {
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(json) as Record<string, unknown>;
  } catch (cause) {
    throw new MalformedError('a lifecycle event is not JSON', { cause });
  }
  const kind = event?.['kind'];
  if (typeof kind !== 'string') throw new MalformedError('a lifecycle event has no kind');
  if (!Object.hasOwn(EXAMPLES, kind)) return null;
  for (const [field, example] of Object.entries(EXAMPLES[kind as KernelLifecycleEvent['kind']])) {
    const value = event[field];
    if (typeof value !== typeof example || value === null || Array.isArray(value) !== Array.isArray(example))
      throw new MalformedError(`a lifecycle event ${kind} has no ${field}`);
  }
  const sets = kind === 'died' ? { waiting: new Set(event['waiting'] as string[]) } : {};
  return { ...event, ...sets } as KernelLifecycleEvent;
}
