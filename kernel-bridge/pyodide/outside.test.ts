import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Outside } from './outside.ts';

let folder: string;
let outside: Outside;
const url = (...path: string[]) => pathToFileURL(join(folder, ...path)).href;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outside-'));
  for (const name of ['distribution', 'mirror', 'mirror-of-others']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'distribution', 'pyodide-lock.json'), '"of the distribution"');
  await writeFile(join(folder, 'mirror', 'a.whl'), 'wheel');
  await writeFile(join(folder, 'mirror-of-others', 'b.whl'), 'secret');
  await symlink(join(folder, 'mirror-of-others'), join(folder, 'mirror', 'link'));
  outside = new Outside({
    readable: [join(folder, 'distribution'), join(folder, 'mirror')],
    packagesFolder: join(folder, 'mirror'),
    lock: {
      ofPackages: url('mirror', 'pyodide-lock.json'),
      ofDistribution: url('distribution', 'pyodide-lock.json'),
    },
    network: false,
  });
});
afterEach(() => rm(folder, { recursive: true }));

async function got(address: string, integrity = ''): Promise<string> {
  const request = { url: address, method: 'GET', headers: [], body: null, integrity };
  const response = await outside.fetch(request);
  return 'failure' in response ? response.failure : Buffer.from(response.body).toString();
}

test('reads what it may, and nothing beside it or behind a link', async () => {
  expect(await got(url('mirror', 'a.whl'))).toBe('wheel');
  for (const path of [
    url('mirror-of-others', 'b.whl'),
    url('mirror', 'link', 'b.whl'),
    `${url('mirror')}/../mirror-of-others/b.whl`,
    `${url('mirror')}/%2e%2e/mirror-of-others/b.whl`,
  ])
    expect(await got(path)).toContain('has no access');
});

test('takes the list of packages of the distribution where the folder has none, and says so of what is missing', async () => {
  expect(await got(url('mirror', 'pyodide-lock.json'))).toBe('"of the distribution"');
  expect(await got(url('mirror', 'c.whl'))).toMatch(/is missing in the folder.*has none/);
  await writeFile(join(folder, 'mirror', 'pyodide-lock.json'), '"own"');
  expect(await got(url('mirror', 'pyodide-lock.json'))).toBe('"own"');
  expect(await got(url('mirror', 'c.whl'))).not.toContain('has none');
});

test('takes the list of packages of the distribution where the server that has them does not answer', async () => {
  const ofPackages = 'http://127.0.0.1:9/pyodide-lock.json';
  const ofDistribution = url('distribution', 'pyodide-lock.json');
  const readable = [join(folder, 'distribution')];
  outside = new Outside({
    readable,
    packagesFolder: null,
    lock: { ofPackages, ofDistribution },
    network: true,
  });
  expect(await got(ofPackages)).toBe('"of the distribution"');
  expect(await got('http://127.0.0.1:9/a.whl')).toContain('cannot be had');
});

test('refuses what has another hash than it is asked for with', async () => {
  const hash = createHash('sha256').update('wheel').digest('base64');
  expect(await got(url('mirror', 'a.whl'), `sha256-${hash}`)).toBe('wheel');
  await writeFile(join(folder, 'mirror', 'a.whl'), 'damaged');
  expect(await got(url('mirror', 'a.whl'), `sha256-${hash}`)).toContain('is damaged');
});

test('has no network, and knows no other protocol', async () => {
  expect(await got('http://127.0.0.1:9/')).toContain('--pyodide-network');
  expect(await got('data:text/plain,a')).toContain('no protocol');
  expect(await got('no address')).toContain('cannot be had');
});
