import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { ConfigSections } from './config-sections.ts';
import { configSectionRoutes } from './routes.ts';

let folder: string;
let sections: ConfigSections;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  const paths = {
    config: [join(folder, 'user'), join(folder, 'env'), join(folder, 'none')],
    userConfig: join(folder, 'user'),
  };
  sections = new ConfigSections(paths, pino({ level: 'silent' }));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, content: unknown): Promise<void> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}
const stored = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, 'user/serverconfig/section.json'), 'utf8')) as unknown;

describe('sections', () => {
  test('are merged over all folders, the first of the path winning, packages below people', async () => {
    await put('env/serverconfig/section.json', { a: { x: 'env', y: 'env' }, b: 1 });
    await put('user/serverconfig/section.d/1.json', { a: { x: 'package' }, c: 1 });
    await put('user/serverconfig/section.d/2.json', { c: 2 });
    await put('user/serverconfig/section.d/3.json', { d: 1 });
    // As in Jupyter, a null takes away what packages say in the same folder, and nothing of other folders.
    await put('user/serverconfig/section.json', { a: { x: 'user' }, b: null, d: null });
    expect({ ...(await sections.get('section')) }).toEqual({ a: { x: 'user', y: 'env' }, b: 1, c: 2 });
    expect({ ...(await sections.get('other')) }).toEqual({});
  });

  test('that cannot be read are left out, and the others count', async () => {
    await put('env/serverconfig/section.json', { a: 1 });
    for (const broken of ['{', '[1]', '']) {
      await put('user/serverconfig/section.json', broken);
      expect({ ...(await sections.get('section')) }).toEqual({ a: 1 });
    }
  });

  test("are written to the person's folder alone, without what packages say already", async () => {
    await put('user/serverconfig/section.d/1.json', { a: { x: 1, y: 2 } });
    await sections.set('section', { a: { x: 1, y: 3 }, n: null });
    expect(await stored()).toEqual({ a: { y: 3 }, n: null });
    expect(await readdir(join(folder, 'user/serverconfig'))).toEqual(['section.d', 'section.json']);
  });

  test('changes that come at once are all kept', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, number) => sections.update('section', { [`key${number}`]: number })),
    );
    expect(Object.keys((await stored()) as object)).toHaveLength(10);
  });

  test('I6: a change that cannot be written fails, leaves the old section, and the next one works', async () => {
    await sections.set('section', { a: 1 });
    const circular: Record<string, unknown> = {};
    circular['self'] = [circular];
    await expect(sections.set('section', circular)).rejects.toThrow();
    expect(await stored()).toEqual({ a: 1 });
    await sections.update('section', { b: 2 });
    expect(await stored()).toEqual({ a: 1, b: 2 });
    expect(await readdir(join(folder, 'user/serverconfig'))).toEqual(['section.json']);
  });
});

test('over HTTP: PUT 204, PATCH the own section, GET the merged one, no other names and bodies', async () => {
  const app = await startApp({
    authenticatedRoutes: () => [configSectionRoutes(sections, authorizeSignedIn)],
  });
  const send = (method: string, path: string, body?: string) =>
    app.ask(path, { method, ...(body === undefined ? {} : { body }) });
  await put('env/serverconfig/section.json', { env: 1 });
  expect(await send('PUT', '/api/config/section', '{"a":{"b":1,"c":2},"d":null}')).toMatchObject({
    status: 204,
    text: '',
  });
  expect((await send('PATCH', '/api/config/section', '{"a":{"b":null},"e":[1]}')).text).toBe(
    '{"a":{"c":2},"e":[1]}',
  );
  expect((await send('GET', '/api/config/section')).json()).toEqual({ a: { c: 2 }, e: [1], env: 1 });
  for (const body of ['[1]', '', '3', '{'])
    expect([body, (await send('PUT', '/api/config/section', body)).status]).toEqual([body, 400]);
  for (const name of ['a-b', 'a.b', '..%2Fescape', 'caf%C3%A9', ''])
    expect([name, (await send('GET', `/api/config/${name}`)).status]).toEqual([
      name,
      name === '' ? 302 : 404,
    ]);
  await app.close();
});
