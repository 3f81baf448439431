import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { NotebookFormatError } from './notebook-format.ts';

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 512 * 1024 * 1024;

const PREAMBLE = `
import json, logging, sys, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
import nbformat
given = sys.stdin.buffer.read().decode("utf8")

def answer(make):
    try:
        made = make()
    except Exception as error:
        made = {"exception": type(error).__name__, "message": str(error)}
    json.dump(made, sys.stdout)
`;
const UPGRADE = `${PREAMBLE}
answer(lambda: {"notebook": json.dumps(nbformat.reads(given, as_version=4))})
`;
const WRITE = `${PREAMBLE}
def write():
    found = {}
    text = nbformat.writes(nbformat.from_dict(json.loads(given)), capture_validation_error=found)
    problem = found.get("ValidationError")
    message = None
    if problem is not None:
        value = json.dumps(problem.instance, indent=1, default=lambda _: "<UNKNOWN>")
        message = "Notebook validation failed: %s:\\n%s" % (problem, value)
    return {"text": text if text.endswith("\\n") else text + "\\n", "message": message}

answer(write)
`;

interface Failure {
  readonly exception: string;
  readonly message: string;
}

/** A notebook's file, and why it is not valid. */
export interface WrittenNotebook {
  readonly text: string;
  readonly message: string | null;
}

/**
 * Notebooks older than format 4, which only nbformat knows: the environment's own reads and writes them. Rare, so a
 * process each time is good enough.
 */
export class PythonNbformat {
  readonly #python: string;

  constructor(prefix: string) {
    this.#python = join(prefix, 'bin', 'python');
  }

  /** The text of a notebook of any version -> JSON of format 4. @throws NotebookFormatError where nbformat cannot */
  async upgrade(text: string): Promise<string> {
    return (await this.#ask<{ readonly notebook: string }>(UPGRADE, text)).notebook;
  }

  /** JSON of a notebook -> its file, in its own version. @throws NotebookFormatError where nbformat cannot */
  async write(json: string): Promise<WrittenNotebook> {
    try {
      return await this.#ask<WrittenNotebook>(WRITE, json);
    } catch (error) {
      if (!(error instanceof NotebookFormatError)) throw error;
      // Alone, the message of a KeyError is a mere key.
      const why = `nbformat says ${error.exception}: ${error.message}`;
      throw new NotebookFormatError(error.exception, why, { cause: error });
    }
  }

  async #ask<T extends object>(script: string, input: string): Promise<T> {
    const answer = JSON.parse(await this.#run(script, input)) as T | Failure;
    if ('exception' in answer) throw new NotebookFormatError(answer.exception, answer.message);
    return answer;
  }

  #run(script: string, input: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES };
      // `-I`: neither the served folder nor the person's environment decide what is imported.
      const child = execFile(this.#python, ['-I', '-c', script], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else {
          const why = stderr.trim().split('\n').at(-1) || error.message;
          reject(new NotebookFormatError('NBFormatError', why, { cause: error }));
        }
      });
      child.stdin?.on('error', () => {
        // The process ended before it had read everything: its exit says why.
      });
      child.stdin?.end(input);
    });
  }
}
