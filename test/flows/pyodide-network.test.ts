import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KernelClient } from '../doubles/kernel-client.ts';
import { outcome, PyodideKernels } from '../servers/pyodide-kernels.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const WHEEL = `
import sys, zipfile
name = sys.argv[2]
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr(name + ".py", "ANSWER = 42")
    wheel.writestr(name + "-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: " + name + "\\nVersion: 1.0\\n")
    wheel.writestr(name + "-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(name + "-1.0.dist-info/RECORD", "")
`;
let kernels: PyodideKernels;
let server: Server;
let origin: string;
let online: KernelClient;
let offline: KernelClient;
/** What was asked of the server. */
const asked: string[] = [];
const served = new Map<string, Buffer | string>();

/** An index in the simple form of PyPI's. @param file null: it is named, and not there */
function publish(name: string, file: Buffer | null, hashOf = file ?? Buffer.of()): void {
  const wheel = `${name}-1.0-py3-none-any.whl`;
  if (file !== null) served.set(`/files/${wheel}`, file);
  const sha256 = createHash('sha256').update(hashOf).digest('hex');
  const link = `<a href="${origin}/files/${wheel}#sha256=${sha256}">${wheel}</a>`;
  served.set(`/simple/${name}/`, `<!DOCTYPE html><html><body>${link}</body></html>`);
}

async function wheelOf(name: string): Promise<Buffer> {
  const file = join(kernels.root, `${name}.whl`);
  execFileSync(join(PROJECT, '.venv/bin/python'), ['-c', WHEEL, file, name]);
  return readFile(file);
}

beforeAll(async () => {
  kernels = await PyodideKernels.open();
  server = createServer(({ url = '', method = '' }, response) => {
    asked.push(`${method} ${url}`);
    const found = served.get(url);
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': url.startsWith('/simple') ? 'text/html' : 'application/octet-stream',
    });
    response.end(found ?? 'nothing is here');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  served.set('/data.json', '{"answer": 42}');
  const ours = await wheelOf('ours');
  publish('ours', ours);
  publish('damaged', await wheelOf('damaged'), ours);
  publish('missing', null);
  [{ client: online }, { client: offline }] = await Promise.all([
    kernels.start({ network: true }),
    kernels.start(),
  ]);
});
afterAll(async () => {
  await kernels.close();
  server.close();
});

const get = (path: string): string =>
  `from pyodide.http import pyfetch\nanswer = await pyfetch("${origin}${path}")\nprint(answer.status, await answer.string())`;
const install = (name: string): string =>
  `import micropip\nawait micropip.install("${name}", index_urls="${origin}/simple")`;

test('with --pyodide-network, Python has what servers say, also that something is not there', async () => {
  expect(await outcome(online, get('/data.json'))).toBe('200 {"answer": 42}\n');
  expect(await outcome(online, get('/nothing'))).toBe('404 nothing is here\n');
  const posted = `import js\nprint((await js.fetch("${origin}/data.json", method="POST", body="x")).status)`;
  expect(await outcome(online, posted)).toBe('200\n');
  expect(asked).toContain('POST /data.json');
});

test('with --pyodide-network, micropip installs from an index, and nothing that is another file or missing', async () => {
  await online.run(install('ours'));
  expect(await outcome(online, 'import ours; print(ours.ANSWER)')).toBe('42\n');
  expect(await outcome(online, install('damaged'))).toContain('Invalid checksum');
  expect(await outcome(online, install('missing'))).toContain('not a zip file');
  expect(await outcome(online, install('unheard-of'))).toMatch(/^ValueError: .*unheard-of/);
  expect(await outcome(online, 'import damaged')).toContain('ModuleNotFoundError');
});

test('without it, the same reaches nobody, and says who can allow it', async () => {
  const before = asked.length;
  expect(await outcome(offline, get('/data.json'))).toMatch(/no network.*--pyodide-network/);
  // Micropip itself says why only for an address; of an index, that it has nothing from there.
  expect(await outcome(offline, install('ours'))).toContain("Can't fetch metadata for 'ours'");
  expect(await outcome(offline, '%pip install ours')).toContain('docs/pyodide.md');
  expect(asked).toHaveLength(before);
});

test('--pyodide-distribution: another Pyodide in another folder runs, with IPython', async () => {
  const distribution = join(kernels.root, 'another pyodide');
  await cp(join(PROJECT, 'node_modules/pyodide'), distribution, { recursive: true, dereference: true });
  const { client } = await kernels.start({ distribution });
  expect(await outcome(client, 'import sys, IPython; print(sys.platform)')).toBe('emscripten\n');
  expect(await outcome(client, '%pip install numpy')).toContain(join(distribution, 'numpy'));
});
