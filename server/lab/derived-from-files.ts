import { stat } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';

/** Reads files and remembers what it looked at, also what was absent. */
export interface InputReader {
  /** null where there is no such file. @throws where it cannot be read. */
  text(path: string): Promise<string | null>;
  /** Names in a folder, sorted; none where it is absent. */
  list(directory: string): Promise<readonly string[]>;
  /** null where it is absent. */
  stat(path: string): Promise<BigIntStats | null>;
}

/**
 * A value computed from files, kept for as long as none of them changes: an extension installed while the server runs
 * shows at the next reload, and nothing is read before somebody asks.
 */
export class DerivedFromFiles<Value> {
  private current: { readonly value: Value; readonly inputs: ReadonlyMap<string, string> } | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<Value> | undefined;

  constructor(private readonly compute: (inputs: InputReader) => Promise<Value>) {}

  /** The same object as before where nothing has changed. Sees every change that was made before this call. */
  get(): Promise<Value> {
    // A check that runs already may have passed what changed since; all who come meanwhile share the one after it.
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const checked = this.check();
      this.running = checked.catch(() => undefined);
      return checked;
    });
    return this.next;
  }

  private async check(): Promise<Value> {
    if (this.current !== undefined && (await isUnchanged(this.current.inputs))) return this.current.value;
    const inputs = new Map<string, string>();
    const value = await this.compute(rememberingReader(inputs));
    this.current = { value, inputs };
    return value;
  }
}

async function isUnchanged(inputs: ReadonlyMap<string, string>): Promise<boolean> {
  const checks = [...inputs].map(
    async ([path, signature]) => signatureOf(await statOrNull(path)) === signature,
  );
  return (await Promise.all(checks)).every(Boolean);
}

function rememberingReader(inputs: Map<string, string>): InputReader {
  const look = async (path: string): Promise<BigIntStats | null> => {
    const stats = await statOrNull(path);
    // Before it is read: what changes in between is found at the next check.
    inputs.set(path, signatureOf(stats));
    return stats;
  };
  return {
    stat: look,
    text: async (path) => ((await look(path))?.isFile() ? readFile(path, 'utf8') : null),
    list: async (directory) =>
      (await look(directory))?.isDirectory() ? (await readdir(directory)).sort() : [],
  };
}

function signatureOf(stats: BigIntStats | null): string {
  return stats === null ? 'absent' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Absent and out of reach come to the same: there is nothing to read. By callback, which takes half the time here. */
function statOrNull(path: string): Promise<BigIntStats | null> {
  return new Promise((resolve) => {
    stat(path, { bigint: true }, (error, stats) => resolve(error === null ? stats : null));
  });
}
