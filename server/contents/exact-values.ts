import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import { isExactNumber } from './exact-number.ts';

/** A value with doubles in the place of numbers that no double carries; the same object where there are none. */
export function plainNumbers<T>(value: T): T {
  return (holdsExact(value) ? plain(value) : value) as T;
}

/** Asked first: hardly any notebook holds one, and looking makes no copies. */
function holdsExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isExactNumber(value)) return true;
  if (Array.isArray(value)) return value.some(holdsExact);
  for (const key in value) if (holdsExact((value as JsonObject)[key])) return true;
  return false;
}

function plain(value: unknown): unknown {
  if (isExactNumber(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) {
    const items = value.map(plain);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, of]) => [key, plain(of)] as const);
  return entries.some(([key, of]) => of !== value[key]) ? Object.fromEntries(entries) : value;
}

/**
 * A notebook that has been through JavaScript's numbers, with the numbers that it has from another reading of it as they
 * are written there: `1.0` stays `1.0`. Cells are found by their ids.
 */
export function withExactNumbers(notebook: JsonObject, exact: JsonObject): JsonObject {
  if (!holdsExact(exact)) return notebook;
  const cells = new Map((exact['cells'] as readonly JsonObject[]).map((cell) => [cell['id'], cell]));
  const exactCells = (notebook['cells'] as readonly JsonObject[]).map((cell, index) =>
    cell['id'] === undefined ? (exact['cells'] as readonly unknown[])[index] : cells.get(cell['id']),
  );
  return exactLike(notebook, { ...exact, cells: exactCells }) as JsonObject;
}

function exactLike(value: unknown, exact: unknown): unknown {
  if (isExactNumber(exact)) return Number(exact.rawJSON) === value ? exact : value;
  if (Array.isArray(value) && Array.isArray(exact))
    return value.map((item, index) => exactLike(item, exact[index]));
  if (!isJsonObject(value) || !isJsonObject(exact)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, exactLike(of, exact[key])]));
}
