import { randomBytes } from 'node:crypto';

/**
 * A script for a POSIX shell on another machine. It goes there by standard input, in front of what else goes there, and not
 * in a command: whatever shell a person has there (fish, csh) would read that in its own way, and everybody there could see it.
 */
export interface FarCommand {
  /** For ssh: without anything of the script's, and the same for every shell. */
  readonly command: string;
  /** What its standard input begins with. */
  readonly input: Buffer;
  /** The line after which its output begins. What comes before was printed by start-up files of the shell. */
  readonly mark: string;
}

export function farCommand(script: string): FarCommand {
  const mark = `in-the-loop-${randomBytes(8).toString('hex')}`;
  const input = Buffer.from(`echo ${mark}\n${script}\n`);
  // `dd` of single bytes takes no more than it is told to, so that the rest is the script's own input.
  const command = `exec sh -c 'eval "$(dd bs=1 count=${input.length} 2>/dev/null)"'`;
  return { command, input, mark };
}

/** Passes over what is printed before the mark. */
export class AfterMark {
  readonly #mark: Buffer;
  #before: Buffer | null = Buffer.alloc(0);

  constructor(mark: string) {
    this.#mark = Buffer.from(`${mark}\n`);
  }

  get isReached(): boolean {
    return this.#before === null;
  }

  /** @returns what comes after it; empty until it is reached */
  push(chunk: Buffer): Buffer {
    if (this.#before === null) return chunk;
    const all = Buffer.concat([this.#before, chunk]);
    const at = all.indexOf(this.#mark);
    if (at < 0) {
      // No more is kept than a mark could begin in.
      this.#before = all.subarray(Math.max(0, all.length - this.#mark.length));
      return Buffer.alloc(0);
    }
    this.#before = null;
    return all.subarray(at + this.#mark.length);
  }
}
