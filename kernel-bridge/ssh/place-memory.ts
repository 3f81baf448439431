import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SshMode } from './ssh-settings.ts';

interface Remembered {
  /** Names what is this place's alone on that machine; hexadecimal. */
  readonly id: string;
  /** In which mode kernels were started last. */
  readonly mode: SshMode | null;
  /** The machine's own name, by which it is known again. */
  readonly machine: string | null;
}

/** What a place must know after a restart, in a file of its folder. */
export class PlaceMemory {
  readonly #file: string;
  #remembered: Remembered;

  /** @throws the file system's errors */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, 'place.json');
    this.#remembered = read(this.#file) ?? { id: '', mode: null, machine: null };
    if (this.#remembered.id === '') this.#write({ id: randomBytes(8).toString('hex') });
  }

  get id(): string {
    return this.#remembered.id;
  }
  get mode(): SshMode | null {
    return this.#remembered.mode;
  }
  get machine(): string | null {
    return this.#remembered.machine;
  }

  /** @throws the file system's errors */
  remember(mode: SshMode, machine: string): void {
    if (mode !== this.mode || machine !== this.machine) this.#write({ mode, machine });
  }

  #write(changes: Partial<Remembered>): void {
    this.#remembered = { ...this.#remembered, ...changes };
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#remembered), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function read(file: string): Remembered | null {
  try {
    const { id, mode, machine } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof id !== 'string' || !/^[a-f0-9]{16}$/.test(id)) return null;
    return {
      id,
      mode: mode === 'supervised' || mode === 'direct' ? mode : null,
      machine: typeof machine === 'string' ? machine : null,
    };
  } catch {
    return null; // A new place, or a file that was damaged: what it held can be found out again.
  }
}
