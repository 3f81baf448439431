import { createHmac } from 'node:crypto';
import { isExactNumber } from './exact-number.ts';
import { without } from './json-object.ts';
import { sortedKeys } from './code-point-order.ts';
import { pythonFloat } from './python-number.ts';
import type { Notebook } from './notebook-format.ts';

/** Short pieces are hashed together: one native call for each would cost more than the hashing. */
const SHORT = 4096;
const TOGETHER = 32 * 1024;

/**
 * The signature under which Jupyter knows a notebook: HMAC-SHA256 over every key (sorted) and value, numbers and
 * constants in Python's words, without `metadata.signature`. Hexadecimal.
 */
export function notebookDigest(notebook: Notebook, secret: Uint8Array): string {
  const hmac = createHmac('sha256', secret);
  let pending = '';
  const feed = (text: string): void => {
    if (text.length < SHORT) {
      pending += text;
      if (pending.length < TOGETHER) return;
      hmac.update(pending);
    } else hmac.update(pending).update(text);
    pending = '';
  };
  visit({ ...notebook, metadata: without(notebook.metadata, 'signature') }, feed);
  return hmac.update(pending).digest('hex');
}

function visit(value: unknown, feed: (text: string) => void): void {
  if (typeof value === 'string') feed(value);
  else if (Array.isArray(value)) for (const item of value) visit(item, feed);
  else if (typeof value !== 'object' || value === null) feed(scalar(value));
  else if (isExactNumber(value)) feed(value.rawJSON);
  else {
    for (const key of sortedKeys(value)) {
      feed(key);
      visit((value as Record<string, unknown>)[key], feed);
    }
  }
}

function scalar(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'number') return 'None';
  return Number.isInteger(value) ? String(value) : pythonFloat(value);
}
