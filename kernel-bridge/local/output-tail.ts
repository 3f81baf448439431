import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_LINE = 4_096;
const TAIL_LINES = 40;
/** Passed on in one turn of the event loop: a program that prints without end must not keep others from theirs. */
const HANDFUL = 100;

/** Reads a process's output line by line, passes each on, and keeps the last ones to explain a death. */
export class OutputTail {
  readonly ended: Promise<void>;
  readonly #stream: Readable;
  readonly #onLine: (line: string) => void;
  #tail: string[] = [];
  #rest = '';
  #passing: Promise<void> | null = null;
  #waiting: string[] = [];

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#stream = stream;
    this.#onLine = onLine;
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + decoder.write(chunk)).split(/\r?\n/);
      this.#rest = lines.pop() ?? '';
      if (this.#rest.length > LONGEST_LINE) {
        lines.push(this.#rest);
        this.#rest = '';
      }
      this.#take(lines.map((line) => line.slice(0, LONGEST_LINE)));
    });
    this.ended = new Promise((resolve) => {
      stream.once('close', () => {
        if (this.#rest !== '') this.#take([this.#rest]);
        this.#rest = '';
        resolve(this.#passing ?? undefined);
      });
      // A pipe that breaks has ended too; `close` follows.
      stream.once('error', () => undefined);
    });
  }

  text(): string {
    return [...this.#tail, ...(this.#rest === '' ? [] : [this.#rest])].join('\n');
  }

  #take(lines: readonly string[]): void {
    this.#tail = [...this.#tail, ...lines.slice(-TAIL_LINES)].slice(-TAIL_LINES);
    // Not by spreading, which has a limit.
    for (const line of lines) this.#waiting.push(line);
    if (this.#passing !== null) return;
    this.#passOn(HANDFUL);
    if (this.#waiting.length > 0) this.#passing = this.#passRest();
  }

  /** Reads nothing more meanwhile: what waits is at most what was read at once, and the program waits for its pipe. */
  async #passRest(): Promise<void> {
    this.#stream.pause();
    while (this.#waiting.length > 0) {
      await nextTurn();
      this.#passOn(HANDFUL);
    }
    this.#passing = null;
    this.#stream.resume();
  }

  #passOn(count: number): void {
    for (const line of this.#waiting.splice(0, count)) this.#onLine(line);
  }
}
