import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  watch,
  writeSync,
  type FSWatcher,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KernelLog } from './kernel-log.ts';

/** In bytes: beyond the limit the file is cut back to what is kept. */
export interface OutputBounds {
  readonly limit: number;
  readonly kept: number;
}
const BOUNDS: OutputBounds = { limit: 8 * 1024 * 1024, kept: 1024 * 1024 };

/** A program that prints without end is looked after this often, in milliseconds. */
const PAUSE = 250;
const TAIL_BYTES = 64 * 1024;
const TAIL_LINES = 40;
const LONGEST_LINE = 4_096;
/** What ipykernel writes for a person at a terminal where it has no parent to watch. It explains nothing. */
const PREAMBLE = /NOTE: When using the `ipython kernel` entry point[^]*? {4}--existing .*\r?\n/g;
const START = /^\[a process was started at \S+\]$/;

/**
 * The file that takes what a kernel's processes write to their standard output and error, so that they can write on
 * when nobody is there to read.
 */
export class KernelOutput {
  readonly #file: string;
  readonly #log: KernelLog;
  readonly #bounds: OutputBounds;
  #watcher: FSWatcher | null = null;
  #pause: NodeJS.Timeout | undefined;
  #watching = false;

  constructor(file: string, log: KernelLog, bounds = BOUNDS) {
    this.#file = file;
    this.#log = log;
    this.#bounds = bounds;
  }

  /**
   * Starts a process that writes into the file.
   * @param start gets the open file, which is closed here afterwards
   * @throws what `start` and opening the file throw
   */
  collect<T>(start: (descriptor: number) => T): T {
    // Each write of a file opened so goes to its end, wherever that is after a cut.
    const descriptor = openSync(this.#file, 'a', 0o600);
    try {
      // What the one before wrote may end without a line break.
      if (fstatSync(descriptor).size > 0) writeSync(descriptor, '\n');
      writeSync(descriptor, `[a process was started at ${new Date().toISOString()}]\n`);
      return start(descriptor);
    } finally {
      closeSync(descriptor);
      this.watch();
    }
  }

  /** Cuts the file when it grows too big, from now on. */
  watch(): void {
    this.release();
    this.#watching = true;
    this.#check();
  }

  /** Leaves the file as it is. */
  release(): void {
    this.#watching = false;
    clearTimeout(this.#pause);
    this.#watcher?.close();
    this.#watcher = null;
  }

  async remove(): Promise<void> {
    this.release();
    await rm(this.#file, { force: true });
  }

  /** The last lines of the latest process. */
  // eslint-disable-next-line @typescript-eslint/require-await -- reading is quick; whoever asks need not know
  async tail(): Promise<string> {
    const lines = this.#read().replace(PREAMBLE, '').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    const start = lines.findLastIndex((line) => START.test(line));
    return lines
      .slice(Math.max(start + 1, lines.length - TAIL_LINES))
      .map((line) => line.slice(0, LONGEST_LINE))
      .join('\n');
  }

  #read(): string {
    let descriptor: number;
    try {
      descriptor = openSync(this.#file, 'r');
    } catch {
      // Somebody has removed it: nothing is known of what was in it.
      return '';
    }
    try {
      return endOf(descriptor, TAIL_BYTES).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  }

  /** A write is an event; one that comes while another is looked into is seen after the pause. */
  #check(): void {
    if (!this.#watching) return;
    try {
      this.#watcher = watch(this.#file, { persistent: false }, () => this.#changed());
      // What was written before there was a watcher gave no event.
      if (statSync(this.#file).size > this.#bounds.limit) this.#cut();
    } catch (error) {
      const reason = (error as Error).message;
      this.#log.warn({ file: this.#file, reason }, "a kernel's output is not watched, and may grow");
    }
  }

  #changed(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#pause = setTimeout(() => this.#check(), PAUSE).unref();
  }

  /** All at once, so that little can be written meanwhile, which would be lost. */
  #cut(): void {
    const descriptor = openSync(this.#file, 'r+');
    const appending = openSync(this.#file, 'a');
    try {
      const kept = endOf(descriptor, this.#bounds.kept);
      const size = fstatSync(descriptor).size;
      ftruncateSync(descriptor, 0);
      writeSync(appending, `[${size - kept.length} bytes before this were removed]\n`);
      writeSync(appending, kept);
    } finally {
      closeSync(descriptor);
      closeSync(appending);
    }
  }
}

function endOf(descriptor: number, length: number): Buffer {
  const { size } = fstatSync(descriptor);
  const start = Math.max(0, size - length);
  const buffer = Buffer.alloc(size - start);
  const count = readSync(descriptor, buffer, 0, buffer.length, start);
  const bytes = buffer.subarray(0, count);
  // What was cut in the middle of a line begins with the next, if there is one.
  const newline = start === 0 ? -1 : bytes.indexOf(0x0a);
  return bytes.subarray(newline + 1);
}
