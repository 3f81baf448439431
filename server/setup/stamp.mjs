// Remembers by a hash what a step was last done for, so that the next start can skip it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const hashOf = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
};

export const hasStamp = (file, hash) => existsSync(file) && readFileSync(file, 'utf8') === hash;

export const writeStamp = (file, hash) => writeFileSync(file, hash);
