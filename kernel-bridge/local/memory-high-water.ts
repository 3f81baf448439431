import { readFile } from 'node:fs/promises';

/** Looked at no more often than that, in milliseconds, however much the kernel says. */
const PAUSE = 1_000;

/**
 * The most memory that a process is known to have held (VmHWM). What is gone cannot be asked, so it is looked at now
 * and then while the process gives signs of life; no timer wakes for it.
 */
export class MemoryHighWater {
  readonly #statusFile: string;
  #nextLook = 0;
  #bytes: number | null = null;

  constructor(pid: number) {
    this.#statusFile = `/proc/${pid}/status`;
  }

  /** At the last look; null where the system does not tell. */
  get bytes(): number | null {
    return this.#bytes;
  }

  /** The process has just done something. */
  noticed(now = performance.now()): void {
    if (now < this.#nextLook) return;
    this.#nextLook = now + PAUSE;
    void this.look();
  }

  async look(): Promise<void> {
    // The process may be gone, or the system may have no /proc.
    const status = await readFile(this.#statusFile, 'utf8').catch(() => '');
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kibibytes !== undefined) this.#bytes = Number(kibibytes) * 1024;
  }
}
