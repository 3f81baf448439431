/** A compiled gettext file (`.mo`): originals with their translations, as `msgfmt` writes it. */
export function compiledCatalogue(
  messages: Readonly<Record<string, string>>,
  endian: 'little' | 'big' = 'little',
): Buffer {
  const entries = Object.entries(messages).map(([original, translation]) => [
    Buffer.from(original),
    Buffer.from(translation),
  ]);
  const originals = 28;
  const translations = originals + entries.length * 8;
  const header = Buffer.alloc(translations + entries.length * 8);
  const write = (value: number, at: number): unknown =>
    endian === 'little' ? header.writeUInt32LE(value, at) : header.writeUInt32BE(value, at);
  [0x950412de, 0, entries.length, originals, translations, 0, 0].forEach((value, index) =>
    write(value, index * 4),
  );
  const texts: Buffer[] = [];
  let offset = header.length;
  for (const [table, which] of [
    [originals, 0],
    [translations, 1],
  ] as const)
    entries.forEach((entry, index) => {
      const text = entry[which] as Buffer;
      write(text.length, table + index * 8);
      write(offset, table + index * 8 + 4);
      texts.push(text, Buffer.from([0]));
      offset += text.length + 1;
    });
  return Buffer.concat([header, ...texts]);
}
