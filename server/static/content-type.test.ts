import { expect, test } from 'vitest';
import { contentTypeOf, isCompressible } from './content-type.ts';

test.each([
  ['main.0123456789abcdef.js', 'text/javascript; charset=utf-8', true],
  ['style.css', 'text/css; charset=utf-8', true],
  ['index.HTML', 'text/html; charset=utf-8', true],
  ['package.json', 'application/json', true],
  ['main.js.map', 'application/json', true],
  ['logo.svg', 'image/svg+xml', true],
  ['favicon.ico', 'image/vnd.microsoft.icon', true],
  ['pyodide.wasm', 'application/wasm', true],
  ['font.woff2', 'font/woff2', false],
  ['font.ttf', 'font/ttf', true],
  ['logo.png', 'image/png', false],
  ['archive.zip', 'application/zip', false],
  ['LICENSE', 'application/octet-stream', false],
  ['folder.js/LICENSE', 'application/octet-stream', false],
  ['odd.nonsense', 'application/octet-stream', false],
])('%s is %s', (name, type, compressible) => {
  expect(contentTypeOf(`/somewhere/${name}`)).toBe(type);
  expect(isCompressible(type)).toBe(compressible);
});
