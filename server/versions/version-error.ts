/** What a person asked of versions cannot be done; the message says why and what would help. */
export class VersionError extends Error {
  override readonly name = 'VersionError';
}
