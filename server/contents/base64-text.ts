import { ContentError } from './content-error.ts';

const LINE_BYTES = 57;

/** Python's `base64.encodebytes`: 76 characters a line, each line ended. */
export function encodeBase64Lines(bytes: Buffer): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += LINE_BYTES) {
    lines.push(bytes.toString('base64', start, Math.min(start + LINE_BYTES, bytes.length)), '\n');
  }
  return lines.join('');
}

/**
 * Python's lenient `base64.decodebytes`: foreign characters are skipped, missing padding is an error.
 * @throws ContentError in Python's words
 */
export function decodeBase64(text: string, diskPath: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  // Clean base64, with or without line ends: the usual case needs no second look.
  if (/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(text) && text.replaceAll(/[\r\n]/g, '').length % 4 === 0)
    return bytes;
  const foreign = /[^\0-\x7f]/u.exec(text);
  const fail = (why: string): never => {
    throw new ContentError('invalid', `Encoding error saving ${diskPath}: ${why}`);
  };
  if (foreign !== null) {
    const code = (foreign[0].codePointAt(0) ?? 0).toString(16);
    const escape = code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
    fail(
      `'ascii' codec can't encode character '${escape}' in position ${foreign.index}: ordinal not in range(128)`,
    );
  }
  return decodeLeniently(text, fail);
}

function decodeLeniently(text: string, fail: (why: string) => never): Buffer {
  let digits = '';
  let padding = 0;
  for (const character of text) {
    if (character === '=') {
      padding += 1;
      if (digits.length % 4 >= 2 && (digits.length % 4) + padding >= 4) return Buffer.from(digits, 'base64');
    } else if (/[A-Za-z0-9+/]/.test(character)) {
      digits += character;
      padding = 0;
    }
  }
  if (digits.length % 4 === 1) {
    fail(
      `Invalid base64-encoded string: number of data characters (${digits.length}) cannot be 1 more than a multiple of 4`,
    );
  }
  if (digits.length % 4 !== 0) fail('Incorrect padding');
  return Buffer.from(digits, 'base64');
}
