import { jsonString } from './json-string.ts';
import { isJsonObject } from './json-object.ts';

/**
 * JSON.stringify for models that hold long texts. Whatever is not an object of the model or a list of such goes to
 * JSON.stringify itself, which is faster at everything but long strings.
 */
export function jsonText(value: unknown): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join('');
}

function write(value: unknown, parts: string[]): void {
  if (typeof value === 'string') parts.push(jsonString(value));
  else if (Array.isArray(value) && (typeof value[0] === 'string' || isJsonObject(value[0]))) {
    let separator = '[';
    for (const item of value as readonly unknown[]) {
      parts.push(separator);
      write(item, parts);
      separator = ',';
    }
    parts.push(']');
  } else if (isJsonObject(value)) {
    let separator = '{';
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      parts.push(separator, JSON.stringify(key), ':');
      write(value[key], parts);
      separator = ',';
    }
    parts.push(separator === '{' ? '{}' : '}');
  } else parts.push(JSON.stringify(value) ?? 'null');
}
