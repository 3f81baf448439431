import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const LONGEST_LINE = 4_096;
const TAIL_LINES = 40;

/** Reads a process's output line by line, passes each on, and keeps the last ones to explain a death. */
export class OutputTail {
  readonly ended: Promise<void>;
  #lines: string[] = [];
  #rest = '';

  constructor(stream: Readable, onLine: (line: string) => void) {
    const decoder = new StringDecoder('utf8');
    const take = (line: string) => {
      this.#lines.push(line);
      if (this.#lines.length > TAIL_LINES) this.#lines.shift();
      onLine(line);
    };
    stream.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + decoder.write(chunk)).split(/\r?\n/);
      this.#rest = lines.pop() ?? '';
      lines.forEach((line) => take(line.slice(0, LONGEST_LINE)));
      if (this.#rest.length > LONGEST_LINE) {
        take(this.#rest.slice(0, LONGEST_LINE));
        this.#rest = '';
      }
    });
    this.ended = new Promise((resolve) => {
      stream.once('close', () => {
        if (this.#rest !== '') take(this.#rest);
        this.#rest = '';
        resolve();
      });
      // A pipe that breaks has ended too; `close` follows.
      stream.once('error', () => undefined);
    });
  }

  text(): string {
    return [...this.#lines, ...(this.#rest === '' ? [] : [this.#rest])].join('\n');
  }
}
