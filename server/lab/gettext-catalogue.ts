const LITTLE_ENDIAN_MAGIC = 0x950412de;
const BIG_ENDIAN_MAGIC = 0xde120495;
const CONTEXT_SEPARATOR = '\u0004';

/** Translations out of a compiled gettext file (`.mo`). */
export class GettextCatalogue {
  private constructor(private readonly messages: ReadonlyMap<string, string>) {}

  /** @throws RangeError or Error where the bytes are no such file. */
  static parse(file: Buffer): GettextCatalogue {
    const magic = file.readUInt32LE(0);
    if (magic !== LITTLE_ENDIAN_MAGIC && magic !== BIG_ENDIAN_MAGIC)
      throw new Error('no compiled gettext file');
    const number = (offset: number): number =>
      magic === LITTLE_ENDIAN_MAGIC ? file.readUInt32LE(offset) : file.readUInt32BE(offset);
    const text = (table: number, index: number): string => {
      const [length, offset] = [number(table + index * 8), number(table + index * 8 + 4)];
      return file.toString('utf8', offset, offset + length);
    };
    const [count, originals, translations] = [number(8), number(12), number(16)];
    const messages = new Map<string, string>();
    for (let index = 0; index < count; index += 1) {
      // Plural forms follow a NUL; the texts of settings have none.
      const [original = ''] = text(originals, index).split('\0');
      const [translation = ''] = text(translations, index).split('\0');
      if (translation !== '') messages.set(original, translation);
    }
    return new GettextCatalogue(messages);
  }

  /** The text itself where it is not translated. */
  translate(context: string, text: string): string {
    return this.messages.get(`${context}${CONTEXT_SEPARATOR}${text}`) ?? text;
  }
}
