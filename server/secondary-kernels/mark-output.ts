const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const WHITE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [BRACE, END_BRACE, COLON] = [0x7b, 0x7d, 0x3a];

/**
 * Adds a member to the `metadata` of an output's content, without reading the rest anew: what a kernel wrote passes as it
 * came, also big integers and NaN. Content without such an object is left as it is.
 */
export function markOutput(content: Uint8Array, key: string, value: unknown): Uint8Array {
  const at = startOfMember(content, '"metadata"');
  if (at === -1 || content[at] !== BRACE) return content;
  const isEmpty = content[skipWhite(content, at + 1)] === END_BRACE;
  const added = `${JSON.stringify(key)}:${JSON.stringify(value)}${isEmpty ? '' : ','}`;
  return Buffer.concat([content.subarray(0, at + 1), Buffer.from(added), content.subarray(at + 1)]);
}

/** Where the value of the object's own member begins; -1 where it has none. */
function startOfMember(content: Uint8Array, member: string): number {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    if (byte !== QUOTE) continue;
    const end = endOfString(bytes, at);
    if (end === -1) return -1;
    const behind = skipWhite(bytes, end + 1);
    if (depth === 1 && bytes[behind] === COLON && bytes.toString('utf8', at, end + 1) === member)
      return skipWhite(bytes, behind + 1);
    at = end;
  }
  return -1;
}

function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; ;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return -1;
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

function skipWhite(bytes: Uint8Array, from: number): number {
  let at = from;
  while (WHITE.has(bytes[at] ?? 0)) at += 1;
  return at;
}
