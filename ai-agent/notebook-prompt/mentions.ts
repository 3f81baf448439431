/** Something that a person names in what they write, so that it is shown to the model whole. */
export interface Mention {
  readonly kind: 'cell' | 'file' | 'variable';
  /** Of a cell its id, its number in the notebook (from 1), or its execution count in brackets; of a file its path. */
  readonly name: string;
}

/** `@cell:3`, `@cell:[12]`, `@cell:5b0f`, `@file:data/a.csv`, `@file:"my data.csv"`, `@variable:df`; each once, in order. */
export function mentionsIn(text: string): readonly Mention[] {
  const mentions = new Map<string, Mention>();
  for (const [found, kind, quoted, bare] of text.matchAll(
    /(?<![\w@.])@(cell|file|variable):(?:"([^"\n]+)"|(\[\d+\]|[^\s"'`,;:!?()[\]{}<>]+))/g,
  )) {
    // A sentence may end with it.
    const name = quoted ?? bare?.replace(/\.+$/, '') ?? '';
    if (name !== '') mentions.set(found, { kind: kind as Mention['kind'], name });
  }
  const unique = new Map([...mentions.values()].map((one) => [`${one.kind}:${one.name}`, one]));
  return [...unique.values()];
}
