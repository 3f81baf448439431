import * as Y from 'yjs';
import { findCell } from './shared-cell.ts';

/** By key; without a value where there is none. */
export type KeyValues = Readonly<Record<string, { readonly value?: unknown }>>;

/** Of a cell, or of the notebook. @throws ToolError where there is no such cell */
export function valuesOf(ydoc: Y.Doc, cellId: string | null, keys: readonly string[]): KeyValues {
  const metadata = ownerOf(ydoc, cellId).get('metadata');
  const now: Record<string, unknown> = metadata instanceof Y.Map ? metadata.toJSON() : {};
  return Object.fromEntries(keys.map((key) => [key, key in now ? { value: now[key] } : {}]));
}

/** @throws ToolError likewise */
export function setValues(ydoc: Y.Doc, cellId: string | null, values: KeyValues): void {
  const owner = ownerOf(ydoc, cellId);
  const present = owner.get('metadata');
  const metadata =
    present instanceof Y.Map ? (present as Y.Map<unknown>) : owner.set('metadata', new Y.Map<unknown>());
  for (const [key, value] of Object.entries(values))
    if ('value' in value) metadata.set(key, value.value);
    else metadata.delete(key);
}

function ownerOf(ydoc: Y.Doc, cellId: string | null): Y.Map<unknown> {
  return cellId === null ? ydoc.getMap('meta') : findCell(ydoc, cellId).cell;
}
