/**
 * What a peer sent, or a file of ours holds, is not what was agreed. A peer's connection ends by it, and is resumed by
 * whoever can.
 */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}
