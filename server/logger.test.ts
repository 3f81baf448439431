import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretHider, withoutControls } from './logger.ts';

describe('I10 secrets are kept out of the log', () => {
  const hide = secretHider(['s3cr3t-t0ken', '']);

  it.each([
    ['GET /lab?token=abcdef&x=1', 'GET /lab?token=[secret]&x=1'],
    ['{"url":"/api?a=1&token=abcdef"}', '{"url":"/api?a=1&token=[secret]"}'],
    ['Authorization: token 0123456789abcdef0123', 'Authorization: token [secret]'],
    ['authorization: Bearer eyJhbGciOiJIUzI1NiJ9.x.y==', 'authorization: Bearer [secret]'],
    ['somewhere s3cr3t-t0ken else', 'somewhere [secret] else'],
    ['no token was given', 'no token was given'],
  ])('%s', (line, shown) => {
    expect(hide(line)).toBe(shown);
  });

  it('in fields, in any field of a line, and in errors', () => {
    const program = `
      import { createLogger } from './server/logger.ts';
      const { logger, flush } = await createLogger({ level: 'debug', secrets: ['s3cr3t-t0ken'], isTerminal: false });
      logger.info({ token: 'aaaa1', headers: { cookie: 'bbbb1', authorization: 'cccc1' }, password: 'dddd1' }, 'one');
      logger.info({ request: { headers: { cookie: 'eeee1' } }, key: 'ffff1' }, 'two');
      logger.error({ err: new Error('refused s3cr3t-t0ken') }, 'three');
      logger.debug('four');
      flush();`;
    const log = logged(program);
    expect(log).not.toMatch(/aaaa1|bbbb1|cccc1|dddd1|eeee1|ffff1|s3cr3t/);
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['level'], line['msg']])).toEqual([
      ['info', 'one'],
      ['info', 'two'],
      ['error', 'three'],
      ['debug', 'four'],
    ]);
    expect(lines[2]).toMatchObject({ err: { message: 'refused [secret]' } });
  });

  it('on a terminal too', () => {
    const log = logged(`
      import { createLogger } from './server/logger.ts';
      const { logger, flush } = await createLogger({ level: 'warn', secrets: ['s3cr3t-t0ken'], isTerminal: true });
      logger.warn({ token: 'aaaa1' }, 'about s3cr3t-t0ken');
      logger.info('not shown');
      setImmediate(flush);`);
    expect(log).toContain('WARN');
    expect(log).toContain('about [secret]');
    expect(log).not.toMatch(/aaaa1|s3cr3t|not shown/);
  });
});

it('what others sent cannot command the terminal', () => {
  const log = logged(`
    import { createLogger } from './server/logger.ts';
    const { logger } = await createLogger({ level: 'warn', secrets: [], isTerminal: true });
    logger.warn({ host: 'x\\x1b[2J\\x9b2J' }, 'path \\x1b]0;title\\x07 and \\x9b31m and \\r\\\\u001b\\ttab');`);
  expect(log).toContain('path \\u001b]0;title\\u0007 and \\u009b31m and \\r\\u001b\ttab');
  // The colours are ours.
  expect(stripVTControlCharacters(log)).toMatch(/^[\t\n -~]*$/);
});

it('a line stays the JSON that it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = JSON.parse(withoutControls(JSON.stringify({ text }))) as { text: string };
      const plain = /^[\t\n\x20-\x7e\u{a0}-\u{10ffff}]*$/u;
      expect(shown.text).toMatch(plain);
      if (plain.test(text)) expect(shown.text).toBe(text);
    }),
  );
});

/** What a program writes to stderr, where the logger writes. Node runs TypeScript as it stands. */
function logged(program: string): string {
  const quoted = `'${program.replaceAll("'", `'\\''`)}'`;
  return execFileSync(
    '/bin/sh',
    [
      '-c',
      `"$0" --no-warnings --experimental-strip-types --input-type=module -e ${quoted} 2>&1`,
      process.execPath,
    ],
    {
      cwd: `${import.meta.dirname}/..`,
      encoding: 'utf8',
    },
  );
}
