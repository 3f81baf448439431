import { addJsonString } from './json-string.ts';
import { isJsonObject } from './json-object.ts';
import { Utf8Builder } from './utf8-builder.ts';

/**
 * JSON.stringify for models that hold long texts, as UTF-8. Whatever is not an object of the model or a list of such
 * goes to JSON.stringify itself, which is faster at everything but long strings.
 */
export function jsonText(value: unknown): Buffer<ArrayBuffer> {
  const target = new Utf8Builder();
  write(value, target);
  return target.bytes();
}

function write(value: unknown, target: Utf8Builder): void {
  if (typeof value === 'string') addJsonString(value, target);
  else if (Array.isArray(value) && (typeof value[0] === 'string' || isJsonObject(value[0]))) {
    let separator = '[';
    for (const item of value as readonly unknown[]) {
      target.add(separator);
      write(item, target);
      separator = ',';
    }
    target.add(']');
  } else if (isJsonObject(value)) {
    let separator = '{';
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      target.add(`${separator}${JSON.stringify(key)}:`);
      write(value[key], target);
      separator = ',';
    }
    target.add(separator === '{' ? '{}' : '}');
  } else target.add(JSON.stringify(value) ?? 'null');
}
