import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Signs the four JSON frames of a message, never its buffers. An empty key means unsigned messages. */
export class MessageSigner {
  readonly #algorithm: string;
  readonly #key: KeyObject | null;

  /** @param scheme as the connection file names it, `hmac-sha256` */
  constructor(scheme: string, key: string) {
    this.#algorithm = scheme.replace(/^hmac-/, '');
    this.#key = key === '' ? null : createSecretKey(key, 'utf8');
  }

  /** Lower-case hexadecimal digits; empty where the key is empty. */
  sign(frames: readonly Uint8Array[]): string {
    if (this.#key === null) return '';
    const hmac = createHmac(this.#algorithm, this.#key);
    for (let index = 0; index < 4; index++) hmac.update(frames[index] ?? new Uint8Array());
    return hmac.digest('hex');
  }

  verify(signature: Uint8Array, frames: readonly Uint8Array[]): boolean {
    const expected = Buffer.from(this.sign(frames), 'latin1');
    return (
      expected.length === 0 || (expected.length === signature.length && timingSafeEqual(expected, signature))
    );
  }
}
