import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PREFIX } from '../../servers/stock-server.ts';

const SCRIPT = `
import json, sys, nbformat
for line in sys.stdin:
    try:
        with open(line.rstrip("\\n"), encoding="utf8") as file:
            nbformat.validate(json.load(file), relax_add_props=False)
        answer = None
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"[:500]
    print(json.dumps(answer), flush=True)
`;

/** Jupyter's own nbformat, in one process for many files. */
export class NotebookValidator {
  readonly #python = spawn(join(PREFIX, 'bin', 'python'), ['-c', SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface({ input: this.#python.stdout });
  #last: Promise<unknown> = Promise.resolve();

  /** What is wrong with the file; null for nothing. */
  problemOf(path: string): Promise<string | null> {
    const answer = this.#last.then(async () => {
      const line = once(this.#lines, 'line') as Promise<[string]>;
      this.#python.stdin.write(`${path}\n`);
      return JSON.parse((await line)[0]) as string | null;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.#python.stdin.end();
    await once(this.#python, 'exit');
  }
}
