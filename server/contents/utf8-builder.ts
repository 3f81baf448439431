/** Short pieces are encoded together: a native call for each would cost more than the encoding. */
const SHORT = 4096;
const TOGETHER = 32 * 1024;

/**
 * Text made of many pieces, as UTF-8. The pieces wait until all are there, and are then encoded into one buffer:
 * joining them first, or growing a buffer, copies every byte twice, which a notebook's megabytes of outputs notice.
 */
export class Utf8Builder {
  readonly #pieces: string[] = [];
  #characters = 0;
  #pending = '';

  /** A lone surrogate becomes U+FFFD, as everywhere in Node: who may meet one escapes it before. */
  add(piece: string): void {
    this.#characters += piece.length;
    if (piece.length < SHORT) {
      this.#pending += piece;
      if (this.#pending.length < TOGETHER) return;
      this.#pieces.push(this.#pending);
    } else this.#pieces.push(this.#pending, piece);
    this.#pending = '';
  }

  bytes(): Buffer<ArrayBuffer> {
    // Enough for all but texts that are far from ASCII.
    let bytes = Buffer.allocUnsafeSlow(this.#characters + (this.#characters >> 3) + 64);
    let length = 0;
    for (const piece of [...this.#pieces, this.#pending]) {
      const mostBytes = 3 * piece.length;
      if (mostBytes > bytes.length - length) {
        const needed = length + Buffer.byteLength(piece);
        if (needed > bytes.length) {
          const larger = Buffer.allocUnsafeSlow(needed + mostBytes + this.#characters);
          bytes.copy(larger, 0, 0, length);
          bytes = larger;
        }
      }
      length += bytes.write(piece, length);
    }
    return bytes.subarray(0, length);
  }
}
