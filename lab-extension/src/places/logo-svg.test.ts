import { expect, test } from 'vitest';
import { logoSvg } from './logo-svg.ts';

test('the icon of a kernel draws its logo, whatever its URL has in it', () => {
  expect(logoSvg('/kernelspecs/r/logo-64x64.png')).toContain('<image href="/kernelspecs/r/logo-64x64.png" ');
  expect(logoSvg('/a?b=1&c="<')).toContain('href="/a?b=1&amp;c=&quot;&lt;"');
});
