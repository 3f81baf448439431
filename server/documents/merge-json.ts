import { isDeepStrictEqual as isSame } from 'node:util';
import type { Json } from './cell-content.ts';

export interface MergedJson<T> {
  readonly value: T;
  /** Both sides have changed the same thing in different ways: it is as ours has it. */
  readonly conflicts: boolean;
}

/** Of three values the one that has changed; ours, where both have. */
export function mergeValue<T>(base: T, ours: T, theirs: T): MergedJson<T> {
  if (isSame(theirs, base) || isSame(ours, theirs)) return { value: ours, conflicts: false };
  return isSame(ours, base) ? { value: theirs, conflicts: false } : { value: ours, conflicts: true };
}

/** Objects are merged key by key; everything else is one thing. A key that is not there is undefined. */
export function mergeJson(base: unknown, ours: unknown, theirs: unknown): MergedJson<unknown> {
  const merged = mergeValue(base, ours, theirs);
  return merged.conflicts && isObject(ours) && isObject(theirs)
    ? mergeObjects(isObject(base) ? base : {}, ours, theirs)
    : merged;
}

export function mergeObjects(base: Json, ours: Json, theirs: Json): MergedJson<Json> {
  let conflicts = false;
  const value: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const merged = mergeJson(base[key], ours[key], theirs[key]);
    conflicts ||= merged.conflicts;
    if (merged.value === undefined) continue;
    // Assigning to `__proto__` would set the prototype instead of a key.
    Object.defineProperty(value, key, {
      value: merged.value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return { value, conflicts };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
