import * as fc from 'fast-check';

/** JSON texts for comparing readers and writers: every kind of number literal, key and layout that Python knows. */

const unit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'X', '1', ' ', '.', '-') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('\n', '\r\n', '\r', '\u2028', '\x85', '\x1c', '\t', '"', '\\', '\x00', '\x7f'),
  },
  { weight: 2, arbitrary: fc.constantFrom('é', 'e\u0301', '日', '😀', '\uffff', '\ue000', '\u200b') },
);
export const text = fc.string({ unit, maxLength: 24 });
/**
 * No backslashes: V8 13.6 takes an escaped key for another one that was seen in its place and holds a backslash
 * (`JSON.parse('{"\\\\":1}'), JSON.parse('{"\\n":1}')` has the key `\` twice).
 */
const keyText = text.map((key) => key.replaceAll('\\', '/'));

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 22 });
export const numberLiteral = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '1.0',
    '-0',
    '-0.0',
    '1e16',
    '1E+2',
    '1e-7',
    '0.1',
    '1e400',
    '-1e400',
    '123456789012345678901234',
    '1e22',
    '5e-324',
  ),
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole.replace(/^0+(?=\d)/, '')}.${fraction}`),
);

/** JSON text of any value; `depth` bounds its nesting. */
export function anyJson(depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    text.map((value) => JSON.stringify(value)),
    numberLiteral,
    fc.constantFrom('null', 'true', 'false', '[]', '{}', 'NaN', '-Infinity', '[""]', '""'),
  );
  if (depth === 0) return leaf;
  const inner = anyJson(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(keyText, inner), { maxLength: 3 })
        .map(
          (entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`,
        ),
    },
  );
}

type Fields = Readonly<Record<string, fc.Arbitrary<string>>>;
const quoted = (...choices: string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...choices).map((choice) => JSON.stringify(choice));
const list = (item: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string> =>
  fc.array(item, { maxLength }).map((items) => `[${items.join(',')}]`);
const jsonText = text.map((value) => JSON.stringify(value));
const multiline = fc.oneof(jsonText, list(jsonText));

/** How much of what is generated breaks the format: keys left out, added or given another value. */
interface Wildness {
  /** One in so many fields is changed; 0: none. */
  readonly oneIn: number;
}

function object(
  required: Fields,
  optional: Fields,
  { oneIn }: Wildness,
  more: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const wild = (name: string): fc.Arbitrary<[number, string, string]> =>
    fc.tuple(
      oneIn === 0 ? fc.constant(1) : fc.nat(oneIn),
      fc.constantFrom('omit', 'replace'),
      // A type that is no text is no type at all: the two would only differ in how they trip over it.
      name.endsWith('_type') ? jsonText : anyJson(1),
    );
  const names = [...Object.keys(required), ...Object.keys(optional)];
  const fields = names.map((name) =>
    fc.tuple((required[name] ?? optional[name]) as fc.Arbitrary<string>, fc.boolean(), wild(name)),
  );
  const extra = fc.tuple(oneIn === 0 ? fc.constant(1) : fc.nat(4 * oneIn), keyText, anyJson(1));
  return fc.tuple(fc.tuple(...fields), extra, more).map(([values, [add, key, value], others]) => {
    const entries = values.flatMap(([own, present, [chance, how, other]], index) => {
      const name = names[index] as string;
      if (name in optional && !present) return [];
      if (chance !== 0) return [`${JSON.stringify(name)}: ${own}`];
      return how === 'omit' ? [] : [`${JSON.stringify(name)}: ${other}`];
    });
    if (add === 0) entries.push(`${JSON.stringify(key)}: ${value}`);
    if (others !== '') entries.push(others);
    return `{${entries.join(', ')}}`;
  });
}

const none = fc.constant('');
/** Entries that any open object may hold. */
const openEntries = fc
  .option(fc.tuple(keyText, anyJson(2)), { freq: 2 })
  .map((entry) => (entry === null ? '' : `${JSON.stringify(`x-${entry[0]}`)}: ${entry[1]}`));
const mime = fc.constantFrom(
  'text/plain',
  'text/html',
  'image/png',
  'image/svg+xml',
  'application/javascript',
  'text/x-json',
);
const jsonMime = fc.constantFrom('application/json', 'application/vnd.x+json', 'application/geo+json');
const bundle = fc
  .array(fc.oneof(fc.tuple(mime, multiline), fc.tuple(jsonMime, anyJson(1))), { maxLength: 3 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`);
const openObject = openEntries.map((entries) => `{${entries}}`);
const count = fc.oneof(fc.nat(50).map(String), fc.constant('null'));

const output = (wild: Wildness): fc.Arbitrary<string> =>
  fc.oneof(
    object(
      { output_type: quoted('stream'), name: quoted('stdout', 'stderr'), text: multiline },
      {},
      wild,
      none,
    ),
    object({ output_type: quoted('display_data'), data: bundle, metadata: openObject }, {}, wild, none),
    object(
      { output_type: quoted('execute_result'), data: bundle, metadata: openObject, execution_count: count },
      {},
      wild,
      none,
    ),
    object(
      { output_type: quoted('error'), ename: jsonText, evalue: jsonText, traceback: list(jsonText) },
      {},
      wild,
      none,
    ),
  );

function cell(wild: Wildness, minor: number, id: string): fc.Arbitrary<string> {
  const base: Fields = {
    ...(minor >= 5 ? { id: fc.constant(JSON.stringify(id)) } : {}),
    source: multiline,
  };
  const about: Fields = {
    name: jsonText.map((name) => (name === '""' ? '"n"' : name)),
    tags: list(quoted('a', 'b', 'c d'), 1),
    jupyter: openObject,
  };
  const metadata = object({}, about, wild, openEntries);
  const codeMetadata = object(
    {},
    {
      ...about,
      collapsed: fc.constantFrom('true', 'false'),
      scrolled: fc.constantFrom('true', '"auto"'),
      trusted: fc.constantFrom('true', 'false'),
      execution: fc.tuple(keyText, jsonText).map(([key, time]) => `{${JSON.stringify(key)}: ${time}}`),
    },
    wild,
    openEntries,
  );
  const attachments = fc.option(bundle).map((one) => (one === null ? '{}' : `{"a.png": ${one}}`));
  return fc.oneof(
    object(
      {
        ...base,
        cell_type: quoted('code'),
        metadata: codeMetadata,
        outputs: list(output(wild)),
        execution_count: count,
      },
      {},
      wild,
      none,
    ),
    object({ ...base, cell_type: quoted('markdown'), metadata }, { attachments }, wild, none),
    object({ ...base, cell_type: quoted('raw'), metadata }, { attachments }, wild, none),
  );
}

/** The JSON text of a notebook of format 4.`minor`. Every cell of a minor that knows ids has one, unless it is left out. */
export function notebookText(wild: Wildness): fc.Arbitrary<string> {
  return fc.constantFrom(0, 1, 2, 3, 4, 5, 5, 5, 6).chain((minor) => {
    const cells = fc
      .nat(4)
      .chain((length) =>
        fc.tuple(...Array.from({ length }, (_, index) => cell(wild, minor, `cell-${index}`))),
      )
      .map((all) => `[${all.join(', ')}]`);
    const kernelspec = object({ name: jsonText, display_name: jsonText }, {}, wild, openEntries);
    const language = object(
      { name: jsonText },
      { version: jsonText, codemirror_mode: fc.oneof(jsonText, openObject) },
      wild,
      openEntries,
    );
    const about = {
      kernelspec,
      language_info: language,
      title: jsonText,
      authors: list(openObject),
      signature: jsonText,
      orig_nbformat: fc.constant('3'),
    };
    const metadata = object({}, about, wild, openEntries);
    const versions = { nbformat: fc.constant('4'), nbformat_minor: fc.constant(String(minor)) };
    return object({ cells, metadata, ...versions }, {}, { oneIn: wild.oneIn && 10 * wild.oneIn }, none);
  });
}
