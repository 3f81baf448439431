import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadOrCreateSecret } from './secret-file.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'secret-'))));
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('I10: makes a secret that only its owner may read, and gives the same one ever after', async () => {
  const path = join(folder, 'state', 'secret');
  const secret = await loadOrCreateSecret(path);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(await modeOf(path)).toBe(0o600);
  expect(await modeOf(join(folder, 'state'))).toBe(0o700);
  expect(await loadOrCreateSecret(path)).toBe(secret);
  expect(await readdir(join(folder, 'state'))).toEqual(['secret']);
});

test('gives one secret to all who ask at once', async () => {
  const path = join(folder, 'secret');
  const secrets = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSecret(path)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(folder)).toEqual(['secret']);
});

test('takes the permissions of others away from a secret that a person wrote', async () => {
  const path = join(folder, 'token');
  await writeFile(path, '  a-token-of-my-own\n');
  await chmod(path, 0o644);
  expect(await loadOrCreateSecret(path)).toBe('a-token-of-my-own');
  expect(await modeOf(path)).toBe(0o600);
});

test('refuses an empty file instead of signing with nothing, and leaves it alone', async () => {
  const path = join(folder, 'secret');
  await writeFile(path, '\n');
  await expect(loadOrCreateSecret(path)).rejects.toThrow(path);
  expect(await readFile(path, 'utf8')).toBe('\n');
});
