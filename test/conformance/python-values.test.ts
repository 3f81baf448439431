import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64Lines } from '../../server/contents/base64-text.ts';
import { isoTime } from '../../server/contents/iso-time.ts';
import { parseLosslessJson } from '../../server/contents/lossless-json.ts';
import { guessMimeType } from '../../server/contents/mime-type.ts';
import { reprText } from '../../server/python-text.ts';
import { reprValue } from '../../server/contents/python-repr.ts';
import { anyJson } from './generated-notebooks.ts';
import { askPython } from './python-answers.ts';

const { knownExtensions } = askPython({});
const stems = ['a', 'a.b', '.hidden', '..x', 'a.tar', 'data:text', 'é', 'a b', '#', '%41'];
const oddExtensions = [
  '',
  '.',
  '.ipynb',
  '.JSON',
  '.Txt',
  '.gz',
  '.GZ',
  '.tar.gz',
  '.unheard-of',
  '.svgz',
  '.json.br',
  '.Z',
  '.tgz',
  '.TGZ',
  '.txt~',
  '.é',
];
const extensions = [
  ...new Set([
    ...knownExtensions,
    ...knownExtensions.map((extension) => extension.toUpperCase()),
    ...oddExtensions,
  ]),
];
const names = [
  ...extensions.map((extension) => `file${extension}`),
  ...knownExtensions.map((extension) => `file${extension}.gz`),
  ...stems.flatMap((stem) => oddExtensions.map((extension) => stem + extension)),
].filter((name) => !name.includes('/'));

// Blocks without characters that are younger than the environment's Python, to which those are unprintable.
const blocks = [
  [0, 0x52f],
  [0x2000, 0x2064],
  [0x3000, 0x3020],
  [0xd7f0, 0xe010],
  [0xfef0, 0xffff],
  [0x1_f600, 0x1_f64f],
  [0xe_0000, 0xe_0021],
  [0x10_fff0, 0x10_ffff],
] as const;
const anyUnit = fc.oneof(...blocks.map(([min, max]) => fc.integer({ min, max })));
// Two lone surrogates may meet and be one character of any block.
const isOfBlocks = (text: string): boolean =>
  [...text].every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return blocks.some(([min, max]) => code >= min && code <= max);
  });
const texts = fc.sample(
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom("'", '"', '\\', 'a'),
        anyUnit.map((code) => String.fromCodePoint(code)),
      ),
      maxLength: 12,
    })
    .filter(isOfBlocks),
  1_500,
);
const values = fc.sample(anyJson(2), 600);
const bytes = fc.sample(fc.array(fc.nat(255), { maxLength: 200 }), 200);
const base64Unit = fc.constantFrom(...'AZaz09+/=\n\r -_!');
const base64Texts = [
  ...fc.sample(fc.string({ unit: base64Unit, maxLength: 16 }), 1_500),
  ...bytes.map((some) => Buffer.from(some).toString('base64')),
];
const times = [
  0,
  1,
  1.5,
  1e9,
  1_600_000_000.123456,
  253_402_300_799,
  -1,
  -1.25,
  1_234_567_890.000001,
  ...fc.sample(fc.integer({ min: -2e9, max: 4e9 }), 100),
];

const answers = askPython({
  names,
  reprs: [...texts.map((text) => JSON.stringify(text)), ...values],
  encoded: bytes,
  decoded: base64Texts,
  times,
});

/** Pairs that differ, with what they are the answers to. */
const unequal = (
  questions: readonly string[],
  python: readonly unknown[],
  ours: readonly unknown[],
): unknown[][] =>
  questions.flatMap((question, index) =>
    JSON.stringify(python[index]) === JSON.stringify(ours[index])
      ? []
      : [[question, python[index], ours[index]]],
  );

test(`the types of ${names.length} file names are those of Python's table as jupyter_server sets it up`, () => {
  const ours = names.map((name) => guessMimeType(name)).map(({ mimeType, encoding }) => [mimeType, encoding]);
  expect(unequal(names, answers.types, ours)).toEqual([]);
});

describe('repr', () => {
  test('of any text', () => {
    const questions = texts.map((text) => JSON.stringify(text));
    const python = answers.reprs.slice(0, texts.length);
    expect(unequal(questions, python, texts.map(reprText))).toEqual([]);
  });

  test('of any JSON value', () => {
    const ours = values.map((text) => reprValue(parseLosslessJson(text)));
    const different = unequal(values, answers.reprs.slice(texts.length), ours);
    // JavaScript puts keys that look like integers first.
    expect(different.filter(([question]) => !/"\d+":/.test(question as string))).toEqual([]);
  });
});

describe('base64', () => {
  test('is wrapped as Python wraps it', () => {
    expect(bytes.map((some) => encodeBase64Lines(Buffer.from(some)))).toEqual(answers.encoded);
  });

  test('is read as leniently as Python reads it, and refused where Python refuses it', () => {
    const ours = base64Texts.map((text) => {
      try {
        return { value: [...decodeBase64(text, 'a')] };
      } catch (error) {
        return { error: (error as Error).message.replace(/^Encoding error saving a: /, 'Error: ') };
      }
    });
    expect(
      unequal(
        base64Texts,
        answers.decoded.map((answer) => ('error' in answer ? { error: answer.error } : answer)),
        ours,
      ),
    ).toEqual([]);
  });
});

test('times are written as Python writes them', () => {
  expect(
    unequal(
      times.map(String),
      answers.times,
      times.map((seconds) => isoTime(seconds * 1000)),
    ),
  ).toEqual([]);
});
