/**
 * Local servers take any key, so people give them `x`, `none` or `EMPTY`. Those are no secrets, and to take them out of a text makes
 * it unreadable, for us too: what is wrong is told by its words.
 */
const SHORTEST_SECRET = 8;

/** The text with each secret blotted out: some servers repeat the key that they refuse. */
export function withoutSecrets(text: string, secrets: readonly (string | null)[]): string {
  return secrets.reduce<string>(
    (cleaned, secret) =>
      secret === null || secret.length < SHORTEST_SECRET ? cleaned : cleaned.replaceAll(secret, '[key]'),
    text,
  );
}
