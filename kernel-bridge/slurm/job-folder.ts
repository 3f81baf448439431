import { chmod, mkdir, open, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TAIL = 4096;

/** In the folder of a job that is written down by whoever holds its kernel; without it, the job is an orphan. */
export const HELD = 'held';

/** One beginning of a kernel in a job: how often Slurm has put it back into its queue, and which it is since then. */
export interface JobRun {
  readonly requeued: number;
  readonly number: number;
}

export interface RunEnd {
  /** As a shell has it: beyond 128, the signal that ended it. */
  readonly status: number;
  readonly endsJob: boolean;
}

/** What there is of a kernel on the file system that we share with the nodes; only its owner may look (0700). */
export class JobFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get output(): string {
    return join(this.path, 'output.log');
  }

  connectionFile(run: JobRun): string {
    return join(this.path, `connection-${runName(run)}.json`);
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await chmod(this.path, 0o700);
  }

  /** Whole, and for its owner alone. */
  async write(name: string, text: string): Promise<void> {
    const fresh = join(this.path, `${name}.new`);
    await rm(fresh, { force: true });
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await rename(fresh, join(this.path, name));
  }

  /** Null where it is not there. */
  async read(name: string): Promise<string | null> {
    return readFile(join(this.path, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** Asks the job for another run. */
  async askAgain(run: JobRun): Promise<void> {
    await this.write(`again-${runName(run)}`, '');
  }

  /** The newest run that has begun; null for none. */
  async latestRun(): Promise<JobRun | null> {
    // A file system of the network shows what others wrote late, unless the folder has changed for itself.
    const now = new Date();
    await utimes(this.path, now, now).catch(() => undefined);
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.reduce<JobRun | null>((latest, name) => {
      const run = runOf(name);
      return run !== null && (latest === null || isLater(run, latest)) ? run : latest;
    }, null);
  }

  /** The exit status of a run, and whether its job ends with it; null while it runs. */
  async ended(run: JobRun): Promise<RunEnd | null> {
    const match = /^(\d+) (1?)$/m.exec((await this.read(`exit-${runName(run)}`)) ?? '');
    return match === null ? null : { status: Number(match[1]), endsJob: match[2] === '1' };
  }

  /** How many interrupts have reached the kernel, for comparing. */
  async interrupts(): Promise<string | null> {
    return this.read('interrupts');
  }

  /** The end of what the job has printed. */
  async outputTail(): Promise<string> {
    try {
      const file = await open(this.output, 'r');
      try {
        const { size } = await file.stat();
        const start = Math.max(0, size - TAIL);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, start);
        return buffer.subarray(0, bytesRead).toString();
      } finally {
        await file.close();
      }
    } catch (error) {
      // Its script did not begin.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }

  /** What a former job left there is not taken for this one's. */
  async clearRuns(): Promise<void> {
    const names = (await readdir(this.path)).filter((name) =>
      /^((connection|exit|again)-|(taken|interrupts)$)/.test(name),
    );
    await Promise.all(names.map((name) => rm(join(this.path, name), { force: true })));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function isLater(run: JobRun, than: JobRun): boolean {
  return run.requeued > than.requeued || (run.requeued === than.requeued && run.number > than.number);
}

export function runName({ requeued, number }: JobRun): string {
  return `${requeued}-${number}`;
}

function runOf(name: string): JobRun | null {
  const match = /^(?:connection-|exit-)(\d+)-(\d+)(?:\.json)?$/.exec(name);
  return match === null ? null : { requeued: Number(match[1]), number: Number(match[2]) };
}
