import { isUtf8 } from 'node:buffer';
import { HttpError } from './http-error.ts';

/**
 * Percent-decodes a path of a URL, exactly once. What is no escape stays as it is (`%zz`), as in Python.
 * @throws HttpError 400 where the bytes are not UTF-8
 */
export function decodePath(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  const bytes = Buffer.from(encoded);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const escape =
      bytes[index] === 0x25 ? /^[0-9a-f]{2}$/i.exec(bytes.toString('latin1', index + 1, index + 3)) : null;
    bytes[length] = escape === null ? (bytes[index] as number) : Number.parseInt(escape[0], 16);
    length += 1;
    if (escape !== null) index += 2;
  }
  const decoded = bytes.subarray(0, length);
  if (!isUtf8(decoded)) throw new HttpError(400, `Invalid unicode in path: ${encoded}`);
  return decoded.toString('utf8');
}

/** A path for a URL, each name encoded by itself, as Python's `quote` does it. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((name) =>
      encodeURIComponent(name.toWellFormed()).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}

/** Walks in from both ends: an expression for slashes at the end takes the square of a run of them that is not there. */
export function withoutOuterSlashes(path: string): string {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === '/') start += 1;
  while (end > start && path[end - 1] === '/') end -= 1;
  return path.slice(start, end);
}
