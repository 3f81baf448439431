import { isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/**
 * Lays configuration over configuration as Jupyter does (contract §1.3): objects are merged, null removes a key, an
 * object that becomes empty disappears, anything else replaces. Neither argument is changed.
 */
export function mergeConfiguration(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    // As a key it would set the prototype instead of a property.
    if (key === '__proto__') continue;
    if (isJsonObject(value)) {
      const below = merged[key];
      const combined = mergeConfiguration(isJsonObject(below) ? below : {}, value);
      if (Object.keys(combined).length === 0) delete merged[key];
      else merged[key] = combined;
    } else if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}
