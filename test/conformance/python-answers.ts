import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PREFIX } from '../servers/stock-server.ts';

export type Attempt<Value> = { readonly value: Value } | { readonly error: string };

/** What is asked of python/contents_answers.py; each key is a list of questions of one kind. */
export interface Questions {
  readonly saved?: readonly string[];
  readonly opened?: readonly string[];
  readonly documents?: readonly string[];
  readonly names?: readonly string[];
  readonly reprs?: readonly string[];
  readonly encoded?: readonly (readonly number[])[];
  readonly decoded?: readonly string[];
  readonly lines?: readonly string[];
  readonly times?: readonly number[];
  readonly notary?: {
    readonly directory: string;
    readonly notebooks: readonly string[];
    readonly sign: readonly number[];
  };
}

/** One answer a question, in the order of the questions. */
export interface Answers {
  readonly saved: readonly Attempt<{ readonly file: string; readonly message: string | null }>[];
  readonly opened: readonly Attempt<string>[];
  readonly documents: readonly Attempt<string>[];
  readonly types: readonly (readonly [string | null, string | null])[];
  readonly knownExtensions: readonly string[];
  readonly reprs: readonly string[];
  readonly encoded: readonly string[];
  readonly decoded: readonly Attempt<readonly number[]>[];
  readonly lines: readonly (readonly string[])[];
  readonly times: readonly string[];
  readonly notary: { readonly honoured: readonly boolean[]; readonly signatures: readonly string[] };
}

/** Asks the environment's Python, in one process for all questions. */
export function askPython(questions: Questions): Answers {
  const script = join(import.meta.dirname, 'python', 'contents_answers.py');
  const { status, stdout, stderr } = spawnSync(join(PREFIX, 'bin', 'python'), [script], {
    input: JSON.stringify(questions),
    maxBuffer: 512 * 1024 * 1024,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`contents_answers.py ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Answers;
}
