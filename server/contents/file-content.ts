import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { decodeBase64, encodeBase64Lines } from './base64-text.ts';
import { ContentError } from './content-error.ts';
import type { FileFormat } from './content-model.ts';
import { pythonType } from './python-repr.ts';

/** A file's bytes as a contents model carries them: text where they are UTF-8 or asked for as such, else base64. */
export function encodeContent(
  bytes: Buffer,
  asked: FileFormat | null,
  diskPath: string,
): { content: string; format: FileFormat } {
  if (asked !== 'base64' && isUtf8(bytes)) return { content: bytes.toString('utf8'), format: 'text' };
  if (asked === 'text') throw new ContentError('invalid', `${diskPath} is not UTF-8 encoded`, 'bad format');
  return { content: encodeBase64Lines(bytes), format: 'base64' };
}

/** What a client sent -> bytes. @throws ContentError in Jupyter's words */
export function decodeContent(content: unknown, format: unknown, diskPath: string): Buffer {
  if (format !== 'text' && format !== 'base64') {
    throw new ContentError('invalid', "Must specify format of file contents as 'text' or 'base64'");
  }
  const fail = (why: string): never => {
    throw new ContentError('invalid', `Encoding error saving ${diskPath}: ${why}`);
  };
  if (typeof content !== 'string') return fail(`'${pythonType(content)}' object has no attribute 'encode'`);
  if (format === 'base64') return decodeBase64(content, diskPath);
  if (content.isWellFormed()) return Buffer.from(content);
  const position = content.search(/\p{Surrogate}/u);
  const code = content.charCodeAt(position).toString(16);
  return fail(
    `'utf-8' codec can't encode character '\\u${code}' in position ${position}: surrogates not allowed`,
  );
}

/** SHA-256 of a file of any size, hexadecimal. @throws ContentError for what is no file */
export async function hashFile(diskPath: string): Promise<string> {
  const info = await stat(diskPath).catch(() => null);
  if (info === null || !info.isFile()) throw new ContentError('invalid', `Cannot read non-file ${diskPath}`);
  const hash = createHash('sha256');
  const pieces = createReadStream(diskPath, { highWaterMark: 1024 * 1024 });
  for await (const piece of pieces as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}
