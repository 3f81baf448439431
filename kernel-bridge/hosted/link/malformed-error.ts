/** What a peer sent is not what the link knows. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}
