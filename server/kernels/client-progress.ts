import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Logger } from 'pino';

/** How far a client is in a kernel's stream, in sequences. */
export interface ClientProgress {
  /** All up to here is known to have arrived. */
  readonly received: number;
  /** Nothing behind this was sent; what lies between may have arrived. */
  readonly sent: number;
}

/** Of one client; written down as it changes, so that another server knows it after a crash of this one. */
export interface ProgressSlot {
  /** Null for a client that was never here. */
  readonly progress: ClientProgress | null;
  note(progress: ClientProgress): void;
}

/** A client's key, then how far it is: received and sent, each with one added, for zero is nothing yet. */
const KEY_BYTES = 16;
const SLOT_BYTES = KEY_BYTES + 16;
/** Clients that are remembered; the one that was here the longest ago makes room. */
const SLOTS = 4096;

/**
 * How far each client of each kernel is, in a small file of slots. A server that is killed cannot say what its clients
 * have, and what it wrote down cannot be torn: sixteen bytes, in place, by one write that outlives the process.
 */
export class ClientProgresses {
  readonly #bytes: Buffer;
  readonly #file: number | null;
  readonly #logger: Logger;
  /** Offsets by key, the client that was here last at the end. */
  readonly #offsets = new Map<string, number>();
  #isBroken = false;

  /** For this process only. */
  static inMemory(logger: Logger): ClientProgresses {
    return new ClientProgresses(Buffer.alloc(SLOTS * SLOT_BYTES), null, logger);
  }

  /** A file that cannot be opened is a loss of comfort alone: the clients of the server before get what they may have. */
  static open(path: string, logger: Logger): ClientProgresses {
    const bytes = Buffer.alloc(SLOTS * SLOT_BYTES);
    try {
      const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      if (fstatSync(file).size !== bytes.length) {
        ftruncateSync(file, 0);
        // Its room is taken now, for a full disk must not matter later.
        writeSync(file, bytes, 0, bytes.length, 0);
      } else readSync(file, bytes, 0, bytes.length, 0);
      return new ClientProgresses(bytes, file, logger);
    } catch (error) {
      logger.warn({ err: error }, 'What clients of kernels have received cannot be written down');
      return new ClientProgresses(bytes, null, logger);
    }
  }

  private constructor(bytes: Buffer, file: number | null, logger: Logger) {
    this.#bytes = bytes;
    this.#file = file;
    this.#logger = logger;
    for (let offset = 0; offset < bytes.length; offset += SLOT_BYTES) {
      const key = this.#keyAt(offset);
      this.#offsets.set(isEmpty(key) ? `free ${offset}` : key, offset);
    }
  }

  slotOf(kernelId: string, sessionId: string): ProgressSlot {
    const key = createHash('sha256')
      .update(`${kernelId}\0${sessionId}`)
      .digest('hex')
      .slice(0, KEY_BYTES * 2);
    const isKnown = this.#offsets.has(key);
    const offset = this.#offsets.get(key) ?? this.#free();
    // From now on it is the one that was here last.
    this.#offsets.delete(key);
    this.#offsets.set(key, offset);
    if (!isKnown) this.#claim(key, offset);
    const isOurs = (): boolean => this.#offsets.get(key) === offset;
    const slot: { progress: ClientProgress | null; note(progress: ClientProgress): void } = {
      progress: isKnown ? this.#read(offset) : null,
      note: (progress: ClientProgress) => {
        slot.progress = progress;
        if (isOurs()) this.#note(offset, progress);
      },
    };
    return slot;
  }

  close(): void {
    if (this.#file !== null && !this.#isBroken) closeSync(this.#file);
    this.#isBroken = true;
  }

  #free(): number {
    for (const [key, offset] of this.#offsets) {
      this.#offsets.delete(key);
      return offset;
    }
    return 0;
  }

  #claim(key: string, offset: number): void {
    this.#bytes.write(key, offset, 'hex');
    this.#bytes.fill(0, offset + KEY_BYTES, offset + SLOT_BYTES);
    this.#write(offset, SLOT_BYTES);
  }

  #note(offset: number, { received, sent }: ClientProgress): void {
    this.#bytes.writeDoubleLE(received + 1, offset + KEY_BYTES);
    this.#bytes.writeDoubleLE(sent + 1, offset + KEY_BYTES + 8);
    this.#write(offset + KEY_BYTES, 16);
  }

  #read(offset: number): ClientProgress | null {
    const received = this.#bytes.readDoubleLE(offset + KEY_BYTES);
    const sent = this.#bytes.readDoubleLE(offset + KEY_BYTES + 8);
    return sent === 0 ? null : { received: received - 1, sent: sent - 1 };
  }

  #write(offset: number, length: number): void {
    if (this.#file === null || this.#isBroken) return;
    try {
      writeSync(this.#file, this.#bytes, offset, length, offset);
    } catch (error) {
      this.#isBroken = true;
      this.#logger.warn({ err: error }, 'What clients of kernels have received cannot be written down');
    }
  }

  #keyAt(offset: number): string {
    return this.#bytes.toString('hex', offset, offset + KEY_BYTES);
  }
}

function isEmpty(key: string): boolean {
  return /^0+$/.test(key);
}
