import { createHash, getHashes, timingSafeEqual } from 'node:crypto';

const ARGON2 = /^argon2:(\$argon2(?:id|i|d)\$.+)$/;
const SALTED = /^([^:]+):([^:]*):([0-9a-f]+)$/i;

/** Python's names for the digests that OpenSSL calls otherwise. */
const DIGESTS: Readonly<Record<string, string>> = { blake2b: 'blake2b512', blake2s: 'blake2s256' };

/** Whether text is a password hash that `jupyter server password` writes: `argon2:$argon2…` or `algorithm:salt:hex`. */
export function isPasswordHash(hashed: string): boolean {
  if (ARGON2.test(hashed)) return true;
  const algorithm = SALTED.exec(hashed)?.[1];
  return algorithm !== undefined && getHashes().includes(digestName(algorithm));
}

/** @throws Error where the hash itself is damaged. */
export async function passwordMatches(hashed: string, typed: string): Promise<boolean> {
  const argon2 = ARGON2.exec(hashed)?.[1];
  if (argon2 !== undefined) {
    // Loaded by the first who has a password: most servers are opened by their token.
    const { verify } = await import('@node-rs/argon2');
    return verify(argon2, typed);
  }
  const [, algorithm = '', salt = '', hex = ''] = SALTED.exec(hashed) ?? [];
  const expected = Buffer.from(hex, 'hex');
  const actual = createHash(digestName(algorithm)).update(typed).update(salt).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function digestName(pythonName: string): string {
  const name = pythonName.toLowerCase();
  return DIGESTS[name] ?? name.replace(/^sha3_/, 'sha3-').replace(/^sha512_/, 'sha512-');
}
