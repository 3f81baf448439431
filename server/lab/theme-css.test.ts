import { expect, test } from 'vitest';
import { absoluteThemeUrls } from './theme-css.ts';

const inTheme = (css: string): string => absoluteThemeUrls(css, '/base/lab/api/themes/@scope/theme/');

test.each([
  [`url('images/a.png')`, `url('/base/lab/api/themes/@scope/theme/images/a.png')`],
  [`url("images/a.png")`, `url('/base/lab/api/themes/@scope/theme/images/a.png')`],
  [`url( images/a.png )`, `url('/base/lab/api/themes/@scope/theme/images/a.png')`],
  [`url('../other/a.png')`, `url('/base/lab/api/themes/@scope/other/a.png')`],
  [`url('./a.svg#part')`, `url('/base/lab/api/themes/@scope/theme/a.svg#part')`],
  [`url('a.woff?v=1')`, `url('/base/lab/api/themes/@scope/theme/a.woff?v=1')`],
  [`url("it's.png")`, `url('/base/lab/api/themes/@scope/theme/it%27s.png')`],
  [
    `url(a.png),url(b.png)`,
    `url('/base/lab/api/themes/@scope/theme/a.png'),url('/base/lab/api/themes/@scope/theme/b.png')`,
  ],
])('%s becomes %s', (css, absolute) => {
  expect(inTheme(css)).toBe(absolute);
});

test.each([
  `url('/elsewhere/a.png')`,
  `url('//cdn.example/a.png')`,
  `url('https://cdn.example/a.png')`,
  `url('data:image/png;base64,AAAA')`,
  `url("data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>")`,
  `url(#gradient)`,
  `url('')`,
  `:root { --jp-curl: url; }`,
])('%s stays', (css) => {
  expect(inTheme(css)).toBe(css);
});
