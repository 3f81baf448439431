import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { isPasswordHash, passwordMatches } from './password.ts';

// Made by Python's hashlib for the password 'gehéim'.
const DIGESTS = [
  'sha1:abcdef012345:a404722b7fec190f0172608eb3f18491f7e94060',
  'sha256:abcdef012345:d82dee1c6ff58a4080937581d8f958e15b645dcc7c845f234cb6a264fddfdea4',
  'sha512:abcdef012345:847b925a9bed85e78ac721a992c4ca9d6b68db483620b5984623d94d837ae7458989bfc33ca03ce14170d1a542c6123bab4f43d33dc285c7f55c253bf2ef72a0',
  'sha3_256:abcdef012345:d37945596cff60170252df1cdb717a05e64f07547a6b7838ed6db62a532132b6',
  'blake2b:abcdef012345:5e79b2dbf3196409ddf5793cc828226a1694ede8705d3e689d3a22eb7e52b478df94c7299e6ab616fc25a0a4793c60742a77e44e7e094f8fffe83f2e5dd4a2bc',
];

describe('passwords', () => {
  test('argon2, as Jupyter writes it', async () => {
    const hashed = `argon2:${await hash('pässwörd', { memoryCost: 1024, timeCost: 2 })}`;
    expect(isPasswordHash(hashed)).toBe(true);
    expect(await passwordMatches(hashed, 'pässwörd')).toBe(true);
    expect(await passwordMatches(hashed, 'password')).toBe(false);
  });

  test.each(DIGESTS)('a salted digest of old: %s', async (hashed) => {
    expect(isPasswordHash(hashed)).toBe(true);
    expect(await passwordMatches(hashed, 'gehéim')).toBe(true);
    expect(await passwordMatches(hashed, 'geheim')).toBe(false);
  });

  test("the example of jupyter_server's documentation", async () => {
    const hashed = 'sha1:0e112c3ddfce:a68df677475c2b47b6e86d0467eec97ac5f4b85a';
    expect(await passwordMatches(hashed, 'mypassword')).toBe(true);
  });

  test.each(['', 'argon2:', 'argon2:nothing', 'plain', 'nonsense:00:ab', 'sha1:00:', 'sha1:00:xyz'])(
    '%s is no hash',
    (hashed) => expect(isPasswordHash(hashed)).toBe(false),
  );
});
