/** The text with each secret blotted out: some servers repeat the key that they refuse. */
export function withoutSecrets(text: string, secrets: readonly (string | null)[]): string {
  return secrets.reduce<string>(
    (cleaned, secret) => (secret === null || secret === '' ? cleaned : cleaned.replaceAll(secret, '[key]')),
    text,
  );
}
