import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { NotebookFormatError } from './notebook-format.ts';

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 512 * 1024 * 1024;

// `-I`: neither the served folder nor the person's environment decide what is imported.
const UPGRADE = `
import json, logging, sys
logging.disable(logging.CRITICAL)
import nbformat
json.dump(nbformat.reads(sys.stdin.buffer.read().decode("utf8"), as_version=4), sys.stdout)
`;

/**
 * Notebooks older than format 4, which only nbformat knows how to upgrade: the environment's own does it. Rare, so a
 * process each time is good enough.
 */
export class PythonNbformat {
  readonly #python: string;

  constructor(prefix: string) {
    this.#python = join(prefix, 'bin', 'python');
  }

  /** The text of a notebook of any version -> JSON of format 4. @throws NotebookFormatError where nbformat cannot */
  upgrade(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES };
      const child = execFile(this.#python, ['-I', '-c', UPGRADE], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else {
          const why = stderr.trim().split('\n').at(-1) || error.message;
          reject(new NotebookFormatError('NBFormatError', why, { cause: error }));
        }
      });
      child.stdin?.on('error', () => {
        // The process ended before it had read everything: its exit says why.
      });
      child.stdin?.end(text);
    });
  }
}
