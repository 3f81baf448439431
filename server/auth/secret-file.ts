import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;
const SHORTEST = 16;

/**
 * The secret kept in a file that only its owner may read; made of random bytes, in hexadecimal, the first time.
 * Two processes that start at once get the same one.
 * @throws Error where the file holds something too short to be one.
 */
export async function loadOrCreateSecret(path: string, bytes = 32): Promise<string> {
  const existing = await readSecret(path);
  if (existing !== null) return existing;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const candidate = randomBytes(bytes).toString('hex');
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(own, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(`${candidate}\n`);
    await file.sync();
    // Linking fails where the name is taken, renaming would replace what another process has begun to use.
    await link(own, path);
    return candidate;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readSecret(path)) ?? candidate;
  } finally {
    await file.close();
    await unlink(own);
  }
}

async function readSecret(path: string): Promise<string | null> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (text.length < SHORTEST)
    throw new Error(
      `${path} should hold a secret but is empty or too short; remove it, and a new one is made`,
    );
  await chmod(path, OWNER_ONLY);
  return text;
}
