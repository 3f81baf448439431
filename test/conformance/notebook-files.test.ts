import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../server/contents/json-object.ts';
import { parseLosslessJson } from '../../server/contents/lossless-json.ts';
import { notebookDigest } from '../../server/contents/notebook-digest.ts';
import {
  notebookFileText,
  NotebookFormatError,
  notebookToSave,
  parseNotebookJson,
  readNotebook,
} from '../../server/contents/notebook-format.ts';
import { notebookText as jsonFileText } from '../../server/contents/notebook-text.ts';
import { NotebookTrust } from '../../server/contents/notebook-trust.ts';
import { notebookProblem } from '../../server/contents/notebook-validation.ts';
import { splitLines } from '../../server/contents/split-lines.ts';
import { validationMessage } from '../../server/contents/validation-message.ts';
import { anyJson, notebookText, text as anyText } from './generated-notebooks.ts';
import { askPython, type Attempt } from './python-answers.ts';

const valid = fc.sample(notebookText({ oneIn: 0 }), 200);
const notebooks = [...valid, ...fc.sample(notebookText({ oneIn: 25 }), 800)];
const documents = fc.sample(anyJson(3), 800);
const lines = fc.sample(anyText, 400);

// Ours signs every third notebook before Python looks, Python every second one for ours to look at.
const directory = mkdtempSync(join(tmpdir(), 'notary-'));
const trust = new NotebookTrust(directory, (message) => expect.unreachable(message));
const signedByUs = (index: number): boolean => index % 3 === 0;
const signedByPython = (index: number): boolean => index % 2 === 0;
const read = valid.map((text) => readNotebook(parseNotebookJson(text)));
for (const [index, notebook] of read.entries()) if (signedByUs(index)) trust.sign(notebook);
afterAll(() => {
  trust.close();
  rmSync(directory, { recursive: true, force: true });
});

const sign = valid.flatMap((_, index) => (signedByPython(index) ? [index] : []));
const answers = askPython({
  saved: notebooks,
  opened: notebooks,
  documents,
  lines,
  notary: { directory, notebooks: valid, sign },
});

function attempt<Value>(action: () => Value): Attempt<Value> {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof NotebookFormatError || error instanceof SyntaxError) return { error: error.message };
    throw error;
  }
}

/** What a save would write, and the complaint that goes with it. */
function saved(text: string): { file: string; message: string | null } {
  const { sent, notebook } = notebookToSave(parseLosslessJson(text) as JsonObject);
  const problem = notebookProblem(sent);
  return { file: notebookFileText(notebook).toString(), message: problem && validationMessage(problem) };
}

/** Each side invents the ids of cells that have none. */
const withoutInventedIds = (text: string): string =>
  text.replaceAll(/(["'])id\1: (["'])[0-9a-f]{8}\2/g, '"id": "invented"');

/** What is wrong, in which part of the format, and where; the value itself is laid out below. */
const complaint = (message: string | null): string | null => message?.split(':\n')[0] ?? null;

/** Neither has a version 4 notebook's frame: nbformat writes them all the same, but nothing could open them. */
function isNoNotebook(text: string): boolean {
  const { nbformat, cells } = parseLosslessJson(text) as JsonObject;
  return nbformat !== 4 || !Array.isArray(cells);
}

/** Both answers to every question of a kind; those that differ. */
function differences<Value>(
  questions: readonly string[],
  theirs: readonly Attempt<Value>[],
  ours: (question: string) => Value,
  comparable: (value: Value) => unknown,
): { question: string; python: unknown; ours: unknown }[] {
  return questions.flatMap((question, index) => {
    const python = theirs[index] as Attempt<Value>;
    const own = attempt(() => ours(question));
    // Where nbformat trips over what it is given, ours may still keep it; and it trips in words of its own.
    if ('error' in python) return [];
    if ('error' in own) return [{ question, python: python.value, ours: own.error }];
    const [left, right] = [comparable(python.value), comparable(own.value)];
    return JSON.stringify(left) === JSON.stringify(right) ? [] : [{ question, python: left, ours: right }];
  });
}

describe(`${notebooks.length} generated notebooks, as nbformat has them`, () => {
  const savable = notebooks
    .map((text, index) => [text, index] as const)
    .filter(([text]) => !isNoNotebook(text));
  const questions = savable.map(([text]) => text);
  const python = savable.map(([, index]) => answers.saved[index] as (typeof answers.saved)[number]);

  test('most of them can be written', () => {
    expect(python.filter((answer) => 'value' in answer).length).toBeGreaterThan(notebooks.length / 2);
  });

  test('the file of a save is equal byte for byte (I6)', () => {
    expect(differences(questions, python, saved, ({ file }) => withoutInventedIds(file))).toEqual([]);
  });

  test('the verdict on it is the same', () => {
    expect(differences(questions, python, saved, ({ message }) => message === null)).toEqual([]);
  });

  test('a complaint is in the same words', () => {
    const different = differences(questions, python, saved, ({ message }) => complaint(message));
    // Not where JavaScript orders keys that look like integers, nor where two validators in turn judge 1.0.
    expect(different.length, JSON.stringify(different.slice(0, 3), null, 1)).toBeLessThan(
      questions.length / 50,
    );
  });

  test('reading gives clients the same notebook', () => {
    const opened = (text: string): string => jsonFileText(readNotebook(parseNotebookJson(text))).toString();
    const comparable = (json: string): string =>
      withoutInventedIds(jsonFileText(parseLosslessJson(json)).toString());
    expect(
      differences(
        questions,
        savable.map(([, index]) => answers.opened[index] as Attempt<string>),
        opened,
        comparable,
      ),
    ).toEqual([]);
  });
});

test(`${documents.length} JSON documents are read and written as Python reads and writes them`, () => {
  const written = (text: string): string => jsonFileText(parseLosslessJson(text)).toString().slice(0, -1);
  expect(differences(documents, answers.documents, written, (text) => text)).toEqual([]);
});

test('lines are split where Python splits them', () => {
  expect(lines.map(splitLines)).toEqual(answers.lines);
});

describe('trust, in one signature database with nbformat', () => {
  test('what ours signed is honoured by Python, and nothing else', () => {
    // Notebooks of equal content share their signature.
    const signed = new Set(answers.notary.signatures.filter((_, index) => signedByUs(index)));
    expect(answers.notary.honoured).toEqual(
      answers.notary.signatures.map((signature) => signed.has(signature)),
    );
  });

  test('what Python signed is honoured by ours, and nothing else', () => {
    const { signatures } = answers.notary;
    const signed = new Set(signatures.filter((_, index) => signedByUs(index) || signedByPython(index)));
    expect(read.map((notebook) => trust.isSigned(notebook))).toEqual(
      signatures.map((signature) => signed.has(signature)),
    );
  });

  test('the signature of every notebook is the same', () => {
    const secret = readFileSync(join(directory, 'notebook_secret'));
    expect(read.map((notebook) => notebookDigest(notebook, secret))).toEqual(answers.notary.signatures);
  });
});
