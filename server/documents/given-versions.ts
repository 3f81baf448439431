import { createHash } from 'node:crypto';

const MOST_OF_ONE = 8;
const MOST_BYTES = 64 * 1024 * 1024;

interface Given {
  readonly sha256: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** What clients have read or saved of files whose documents are open: what they save next was made of one of these. */
export class GivenVersions {
  /** By document, the newest last; documents in the order of their last use. */
  readonly #given = new Map<string, readonly Given[]>();
  #bytes = 0;

  note(documentId: string, bytes: Buffer<ArrayBuffer>): void {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const before = this.#given.get(documentId) ?? [];
    const now = [...before.filter((given) => given.sha256 !== sha256), { sha256, bytes }].slice(-MOST_OF_ONE);
    this.#bytes += total(now) - total(before);
    this.#given.delete(documentId);
    this.#given.set(documentId, now);
    for (const oldest of this.#given.keys()) {
      if (this.#bytes <= MOST_BYTES) return;
      this.forget(oldest);
    }
  }

  of(documentId: string): readonly Buffer<ArrayBuffer>[] {
    return (this.#given.get(documentId) ?? []).map(({ bytes }) => bytes).reverse();
  }

  forget(documentId: string): void {
    this.#bytes -= total(this.#given.get(documentId) ?? []);
    this.#given.delete(documentId);
  }
}

function total(given: readonly Given[]): number {
  return given.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
