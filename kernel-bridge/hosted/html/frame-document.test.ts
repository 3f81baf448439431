import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute, frameDocument, frameElement } from './frame-document.ts';

/** As a parser of HTML reads the value of a double-quoted attribute. */
const read = (value: string): string =>
  value.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const srcdocOf = (html: string): string => read(/srcdoc="([^"]*)"/.exec(html)?.[1] ?? 'none');
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '</script><script>alert(1)//',
    '"><img src=x>',
    ']]>',
    '&quot;',
    '<!--',
    "';alert(1)//",
    '\u2028',
  ),
);

test('any text is the value of an attribute, and nothing else', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const value = attribute(text);
      expect(value).not.toMatch(/["<]/);
      expect(read(value)).toBe(text.replaceAll('\0', ''));
    }),
  );
});

test('a program comes to its frame as it was, through both documents, and no part of it is HTML', () => {
  fc.assert(
    fc.property(nasty, nasty, (program, title) => {
      const outer = srcdocOf(frameElement(program, { title, colors: '', height: 100 }));
      expect(outer).toBe(frameDocument(program, { title, colors: '' }));
      const inner = srcdocOf(outer);
      const encoded = /atob\("([A-Za-z0-9+/=]*)"\)/.exec(inner)?.[1] ?? '';
      expect(Buffer.from(encoded, 'base64').toString()).toBe(Buffer.from(program).toString());
      expect(inner.match(/<\/?script/g)).toHaveLength(2);
      expect(outer.match(/<iframe/g)).toHaveLength(1);
    }),
  );
});

test('each document of a frame refuses all that is not in it', () => {
  const outer = frameDocument('1', { title: 'x', colors: '' });
  for (const html of [outer, srcdocOf(outer)]) {
    const policy = /content="(default-src[^"]*)"/.exec(html)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-src 'none'");
    expect(policy?.replace(/base-uri .*/, '')).not.toMatch(/https?:|\*|'self'|connect-src/);
    expect(html.indexOf('<base href="https://cell.invalid/">')).toBeLessThan(html.indexOf('default-src'));
  }
  expect(outer).toContain('<iframe sandbox="allow-scripts" ');
});
