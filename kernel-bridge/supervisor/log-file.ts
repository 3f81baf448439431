import { copyFileSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { KernelLog } from '../local/kernel-log.ts';

const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * A log as JSON lines in a file of bounded size; what was before is in a second one. Our own, because a logging library
 * would take more memory than the rest of the supervisor.
 */
export class LogFile implements KernelLog {
  readonly #path: string;
  readonly #limit: number;
  readonly #file: number;

  constructor(path: string, limit = LIMIT_BYTES) {
    this.#path = path;
    this.#limit = limit;
    this.#file = openSync(path, 'a', 0o600);
  }

  /** Not kept: it is for people who look at the process itself. */
  debug(): void {}

  info(fields: object, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#write('warn', fields, message);
  }

  #write(level: string, fields: object, message: string): void {
    const line = { time: new Date().toISOString(), level, ...fields, msg: message };
    try {
      // Emptied and not replaced, because the process's standard error goes to the same file.
      if (fstatSync(this.#file).size > this.#limit) {
        copyFileSync(this.#path, `${this.#path}.1`);
        ftruncateSync(this.#file, 0);
      }
      writeSync(this.#file, `${JSON.stringify(line)}\n`);
    } catch {
      // A full disk takes no log lines; kernels matter more.
    }
  }
}
