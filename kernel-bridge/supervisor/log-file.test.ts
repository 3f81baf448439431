import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'log-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a log file has JSON lines, and never more than its bound and one file before it', () => {
  const path = join(folder, 'log');
  const log = new LogFile(path, 2000);
  for (let line = 0; line < 1000; line++) log.info({ line }, 'said');
  log.warn({ reason: 'full' }, 'last');
  expect(statSync(path).size).toBeLessThan(2200);
  expect(statSync(`${path}.1`).size).toBeLessThan(2200);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ level: 'warn', reason: 'full', msg: 'last' });
});
