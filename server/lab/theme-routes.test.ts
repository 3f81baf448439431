import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab({ baseUrl: '/user/ada%40b/' });
  await lab.put(`${LAB}/themes/@scope/dark/index.css`, "a { background: url('images/a.png') }");
  await lab.put(`${LAB}/secret.css`, 'secret');
  app = await startLabApp(lab);
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});
const ask = (path: string): ReturnType<AppUnderTest['ask']> =>
  app.ask(`/user/ada%40b/lab/api/themes/${path}`, { auth: 'none' });

test('a theme’s addresses are made absolute, for anybody', async () => {
  const css = await ask('@scope/dark/index.css');
  expect(css).toMatchObject({
    status: 200,
    text: "a { background: url('/user/ada%40b/lab/api/themes/@scope/dark/images/a.png') }",
  });
  expect(css.headers).toMatchObject({
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const headers = { 'if-none-match': css.headers.etag as string };
  const again = await app.ask('/user/ada%40b/lab/api/themes/@scope/dark/index.css', { headers });
  expect(again.status).toBe(304);
});

test('a changed theme, or one of an extension installed meanwhile, is seen at once', async () => {
  await ask('@scope/dark/index.css');
  await lab.put(`${LAB}/themes/@scope/dark/index.css`, 'changed {}');
  expect((await ask('@scope/dark/index.css')).text).toBe('changed {}');
  await lab.put('data/labextensions/own/themes/@scope/dark/index.css', 'own {}');
  expect((await ask('@scope/dark/index.css')).text).toBe('own {}');
});

test('other files of themes are looked for where themes are', async () => {
  await lab.put('data/labextensions/own/themes/own/index.css', '');
  expect((await ask('@scope/dark/images/a.png')).json()).toEqual({
    directories: [join(lab.folder, 'data/labextensions/own/themes'), join(lab.folder, LAB, 'themes')],
    path: '@scope/dark/images/a.png',
  });
});

test.each([
  'missing/index.css',
  '..%2Fsecret.css',
  '%2e%2e/secret.css',
  '@scope/dark/..%2F..%2F..%2Fsecret.css',
  'a%00.css',
])('%s is not there', async (path) => {
  const { status, text } = await ask(path);
  expect([400, 404]).toContain(status);
  expect(text).not.toContain('secret {');
  expect(text).not.toBe('secret');
});
