import { expect, test } from 'vitest';
import { installCommand, missingExpression, missingOf, neededPackages } from './needed-packages.ts';

test('what a notebook needs is what the server has noted, and nothing that could be another command', () => {
  expect(neededPackages({ packages: { pandas: '2.2.3', 'scikit-learn': '1!1.7.0+cpu' } })).toEqual({
    pandas: '2.2.3',
    'scikit-learn': '1!1.7.0+cpu',
  });
  for (const metadata of [undefined, null, [], {}, { packages: [] }, { packages: 'pandas' }])
    expect(neededPackages(metadata)).toEqual({});
  const hostile = { '--index-url': '1', 'a b': '1', a: '1; rm', b: '1 c', c: 3, 'd\n!x': '1' };
  expect(neededPackages({ packages: hostile })).toEqual({});
});

test('the kernel is asked for names, and what it answers is taken for nothing else', () => {
  const packages = { pandas: '2.2.3', six: '1.17.0' };
  expect(missingExpression(packages)).toContain('["pandas","six"]');
  expect(missingOf(packages, '\'["six", "other"]\'')).toEqual({ six: '1.17.0' });
  for (const answer of [undefined, '', 'None', "'[", "'{}'"]) expect(missingOf(packages, answer)).toEqual({});
  expect(installCommand(packages)).toBe('%pip install pandas==2.2.3 six==1.17.0');
});
