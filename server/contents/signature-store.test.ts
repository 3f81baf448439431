import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SignatureStore } from './signature-store.ts';

let folder: string;
let file: string;
let warnings: string[];
let store: SignatureStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signatures-'));
  file = join(folder, 'data', 'nbsignatures.db');
  warnings = [];
  store = new SignatureStore(file, (message) => warnings.push(message));
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

function query(sql: string, ...values: string[]): Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare(sql).all(...values);
  database.close();
  return rows;
}

test('what was added is there, also for the next one that opens the file', () => {
  expect(store.has('a')).toBe(false);
  store.add('a');
  store.add('a');
  expect([store.has('a'), store.has('b')]).toEqual([true, false]);
  store.close();
  expect(store.has('a')).toBe(true);
  expect(query('SELECT algorithm, signature FROM nbsignatures')).toEqual([
    { algorithm: 'sha256', signature: 'a' },
  ]);
  expect(warnings).toEqual([]);
});

test('a signature seen again is young again, at most once a day', () => {
  store.add('a');
  const old = '2001-01-01 00:00:00.000000+00:00';
  query('UPDATE nbsignatures SET last_seen = ?', old);
  expect(store.has('a')).toBe(true);
  const [row] = query('SELECT last_seen FROM nbsignatures');
  expect(Date.now() - Date.parse(String(row?.['last_seen']))).toBeLessThan(60_000);
  expect(store.has('a')).toBe(true);
  expect(query('SELECT last_seen FROM nbsignatures')).toEqual([row]);
});

test('beyond its limit it forgets the oldest quarter', () => {
  store.add('newest');
  store.close();
  query(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 65535) INSERT INTO nbsignatures (algorithm, signature, last_seen) SELECT 'sha256', 's' || i, printf('2001-01-01T%08d', i) FROM n",
  );
  store.add('one more');
  const [count] = query('SELECT count(*) AS n FROM nbsignatures');
  expect(count).toEqual({ n: Math.floor(0.75 * 65_535) });
  expect([store.has('newest'), store.has('one more'), store.has('s65535'), store.has('s1')]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a broken database is put aside, and an operator is told', async () => {
  store.add('a');
  store.close();
  await writeFile(file, 'no database at all, but long enough to look at: '.repeat(100));
  expect(store.has('a')).toBe(false);
  store.add('b');
  expect(store.has('b')).toBe(true);
  expect(warnings).toHaveLength(1);
  expect(await readdir(join(folder, 'data'))).toContain('nbsignatures.db.bak');
});

test('where no file can be, trust lasts as long as the store', async () => {
  await writeFile(join(folder, 'data'), 'a file where the folder should be');
  store.add('a');
  expect(store.has('a')).toBe(true);
  expect(warnings).toHaveLength(2);
});
