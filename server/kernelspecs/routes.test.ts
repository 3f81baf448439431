import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { kernelspec, memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import type { KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { CompressionCache } from '../static/compression-cache.ts';
import { StaticFiles } from '../static/static-files.ts';
import { kernelspecRoutes } from './routes.ts';

let folder: string;
let app: AppUnderTest;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'kernelspecs-')));
  await mkdir(join(folder, 'python3/deep'), { recursive: true });
  const files = {
    'kernel.json': '{}',
    'kernel.js': 'define()',
    'logo-64x64.png': 'png',
    'logo-svg.svg': '<svg/>',
    'logo-a b.png': 'spaced',
    'kernel.css': '',
    'readme.txt': 'text',
    'deep/data.bin': 'deep',
    '.hidden': 'hidden',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'python3', name), text);
  await writeFile(join(folder, 'secret'), 'secret');
  await mkdir(join(folder, 'python3-other'));
  await writeFile(join(folder, 'python3-other/secret'), 'secret');
  await symlink(join(folder, 'secret'), join(folder, 'python3/link.txt'));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function start(
  kernelspecs: KernelspecFinder = memoryKernelspecs([
    kernelspec('python3', { resourceDirectory: join(folder, 'python3') }),
    'deno',
  ]),
  authorize: Authorize = authorizeSignedIn,
): Promise<void> {
  const cache = new CompressionCache(join(folder, 'compressed'), (error) => {
    throw error;
  });
  const files = new StaticFiles(cache);
  app = await startApp({
    baseUrl: '/base/',
    authenticatedRoutes: (_authenticator, logger) => [
      kernelspecRoutes({
        kernelspecs,
        logosOf: () => Promise.resolve(join(folder, 'python3')),
        baseUrl: '/base/',
        authorize,
        logger,
        sendFile: (...parameters) => files.sendFile(...parameters),
      }),
    ],
  });
}
const resources = {
  'kernel.js': '/base/kernelspecs/python3/kernel.js',
  'kernel.css': '/base/kernelspecs/python3/kernel.css',
  'logo-64x64': '/base/kernelspecs/python3/logo-64x64.png',
  'logo-a b': '/base/kernelspecs/python3/logo-a%20b.png',
  'logo-svg': '/base/kernelspecs/python3/logo-svg.svg',
};

describe('kernelspecs', () => {
  test('are listed with the default, their content as Jupyter shows it, and URLs of their resources', async () => {
    await start();
    const answer = await app.ask('/base/api/kernelspecs');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      default: 'python3',
      kernelspecs: {
        python3: { name: 'python3', spec: kernelspec('python3').spec, resources },
        // Its folder is not there: one that was made up for an installed ipykernel may have none.
        deno: { name: 'deno', spec: kernelspec('deno').spec, resources: {} },
      },
    });
  });

  test('always have a protocol version, as the schema of Lab has it', async () => {
    const { argv, display_name, language, env, interrupt_mode, metadata } = kernelspec('old').spec;
    const spec = { argv, display_name, language, env, interrupt_mode, metadata };
    await start(memoryKernelspecs([kernelspec('old', { spec })]));
    expect((await app.ask('/base/api/kernelspecs/old')).json()).toMatchObject({
      spec: { kernel_protocol_version: '' },
    });
  });

  test('one is found by its name in any case, and not by the name "python"', async () => {
    await start();
    expect((await app.ask('/base/api/kernelspecs/Python3')).json()).toMatchObject({
      name: 'Python3',
      resources: { 'logo-svg': '/base/kernelspecs/Python3/logo-svg.svg' },
    });
    for (const name of ['python', 'none']) {
      const answer = await app.ask(`/base/api/kernelspecs/${name}`);
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual({ message: `Kernel spec ${name} not found`, reason: null });
    }
  });

  test('none at all is an empty list, and the operator is told', async () => {
    await start(memoryKernelspecs([]));
    expect((await app.ask('/base/api/kernelspecs')).json()).toEqual({ default: 'python3', kernelspecs: {} });
    expect(app.logged.join('')).toContain('install ipykernel');
  });

  test('I7: are shown to who may read them', async () => {
    await start(undefined, () => {
      throw new HttpError(403, 'Forbidden');
    });
    for (const path of ['api/kernelspecs', 'api/kernelspecs/python3', 'kernelspecs/python3/kernel.js'])
      expect((await app.ask(`/base/${path}`)).status).toBe(403);
  });
});

describe('a kernelspec of another machine', () => {
  const elsewhere = kernelspec('cluster.python3', { place: 'cluster', resourceDirectory: '/' });

  test('has the logos of this machine, and nothing of the folder that it names', async () => {
    await mkdir(join(folder, 'etc'), { recursive: true });
    await writeFile(join(folder, 'logo-x.png'), 'foreign');
    await start(memoryKernelspecs([{ ...elsewhere, resourceDirectory: folder }]));
    const { resources: found } = (await app.ask('/base/api/kernelspecs/cluster.python3')).json() as {
      resources: object;
    };
    expect(found).toEqual({
      'logo-64x64': '/base/kernelspecs/cluster.python3/logo-64x64.png',
      'logo-a b': '/base/kernelspecs/cluster.python3/logo-a%20b.png',
      'logo-svg': '/base/kernelspecs/cluster.python3/logo-svg.svg',
    });
    expect((await app.ask('/base/kernelspecs/cluster.python3/logo-64x64.png')).text).toBe('png');
    for (const path of ['secret', 'kernel.js', 'kernel.json', 'logo-x.png', 'logo-%2f..%2fsecret'])
      expect((await app.ask(`/base/kernelspecs/cluster.python3/${path}`)).status).toBe(404);
  });
});

describe('the resources of a kernelspec', () => {
  test.each([
    { path: 'kernel.js', type: 'text/javascript', text: 'define()' },
    { path: 'logo-svg.svg', type: 'image/svg+xml', text: '<svg/>' },
    { path: 'logo-a%20b.png', type: 'image/png', text: 'spaced' },
    { path: 'deep/data.bin', type: 'application/octet-stream', text: 'deep' },
    { path: '.hidden', type: 'application/octet-stream', text: 'hidden' },
  ])('$path is sent as $type', async ({ path, type, text }) => {
    await start();
    const answer = await app.ask(`/base/kernelspecs/python3/${path}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.text).toBe(text);
    expect(answer.headers['cache-control']?.includes('max-age')).toBe(
      path.endsWith('.png') ? true : undefined,
    );
  });

  test('are not sent again to who has them', async () => {
    await start();
    const first = await app.ask('/base/kernelspecs/python3/logo-svg.svg');
    const modified = String(first.headers['last-modified']);
    const again = await app.ask('/base/kernelspecs/python3/logo-svg.svg', {
      headers: { 'if-modified-since': modified },
    });
    expect(again.status).toBe(304);
  });

  test.each([
    { path: 'python3/none.png', status: 404 },
    { path: 'none/kernel.js', status: 404 },
    { path: 'python3/deep', status: 403 },
    { path: 'python3/', status: 403 },
    { path: 'python3/..%2fsecret', status: 403 },
    { path: 'python3/..%2fpython3-other%2fsecret', status: 403 },
    { path: 'python3/link.txt', status: 403 },
    { path: 'python3/%00', status: 404 },
  ])('$path is $status', async ({ path, status }) => {
    await start();
    const answer = await app.ask(`/base/kernelspecs/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('secret</');
    expect(answer.text).not.toBe('secret');
  });
});
