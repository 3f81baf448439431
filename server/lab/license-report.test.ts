import { expect, test } from 'vitest';
import { licenseReport } from './license-report.ts';

const bundles = new Map([
  ['b', [{ name: 'pkg', versionInfo: '1.0', licenseId: 'MIT', extractedText: 'Say "yes",\nor no\n' }]],
  ['a', [{ name: 'bare' }]],
  ['c', []],
]);

test('JSON has everything, by bundle', () => {
  const report = licenseReport(bundles, 'json', false);
  expect(report).toMatchObject({ contentType: 'application/json', extension: '.json' });
  const parsed = JSON.parse(report?.text ?? '') as { bundles: object };
  expect(Object.keys(parsed.bundles)).toEqual(['a', 'b', 'c']);
  expect(parsed.bundles).toMatchObject({ a: { packages: [{ name: 'bare' }] }, c: { packages: [] } });
});

test('CSV is quoted where it must be', () => {
  expect(licenseReport(bundles, 'csv', false)?.text).toBe(
    'bundle,name,versionInfo,licenseId,extractedText\r\n' +
      'b,pkg,1.0,MIT,"Say ""yes"",\nor no\n"\r\n' +
      'a,bare,,,\r\n',
  );
});

test('Markdown has the texts where they are asked for', () => {
  const short = licenseReport(bundles, 'markdown', false)?.text ?? '';
  expect(short).toContain('## **pkg**\t`1.0`               \tMIT');
  expect(short).toContain('## **bare**\t`UNKNOWN`           \tUNKNOWN');
  expect(short).toContain('# c\n\n> No licenses found');
  expect(short).not.toContain('<pre>');
  const full = licenseReport(bundles, 'markdown', true)?.text ?? '';
  expect(full).toContain('<pre>\nSay "yes",\nor no\n</pre>');
  expect(full).toContain('> No license text available');
});

test('there is no other form', () => expect(licenseReport(bundles, 'html', true)).toBeNull());
