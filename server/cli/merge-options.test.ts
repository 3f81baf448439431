import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeOptions } from './merge-options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('mergeOptions', () => {
  it('takes an argument over the environment, and that over the configuration file', () => {
    const configuration = file('c.json', { port: 1, ip: '1.1.1.1', token: 'file', 'log-level': 'warn' });
    const environment = { IN_THE_LOOP_PORT: '2', JUPYTER_TOKEN: 'environment' };
    expect(mergeOptions({ port: 3 }, configuration, environment)).toEqual({
      port: 3,
      ip: '1.1.1.1',
      token: 'environment',
      'log-level': 'warn',
    });
  });

  it('reads every variable of ours', () => {
    const environment = {
      IN_THE_LOOP_ROOT: '/r',
      IN_THE_LOOP_PORT: '1',
      IN_THE_LOOP_IP: '*',
      IN_THE_LOOP_BASE_URL: 'b',
      IN_THE_LOOP_STATE: '/s',
      IN_THE_LOOP_PREFIX: '/p',
      IN_THE_LOOP_NO_BROWSER: '1',
      IN_THE_LOOP_LOG_LEVEL: 'error',
    };
    expect(mergeOptions({}, null, environment)).toEqual({
      root: '/r',
      port: 1,
      ip: '0.0.0.0',
      'base-url': '/b/',
      state: '/s',
      prefix: '/p',
      'no-browser': true,
      'log-level': 'error',
    });
  });

  it('finds the configuration file that the environment names', () => {
    const environment = { IN_THE_LOOP_CONFIG: file('c.json', { port: 7 }) };
    expect(mergeOptions({}, null, environment)).toEqual({ port: 7 });
  });

  it('takes the folders of a configuration file as relative to it', () => {
    const configuration = file('c.json', { root: 'notebooks', state: '/abs', prefix: '../env' });
    expect(mergeOptions({}, configuration, {})).toEqual({
      root: join(folder, 'notebooks'),
      state: '/abs',
      prefix: join(folder, '..', 'env'),
    });
  });

  it('reads a token from the file that $JUPYTER_TOKEN_FILE names, unless $JUPYTER_TOKEN is set', () => {
    const JUPYTER_TOKEN_FILE = file('token', 'secret\n');
    expect(mergeOptions({}, null, { JUPYTER_TOKEN_FILE })).toEqual({ token: 'secret' });
    expect(mergeOptions({}, null, { JUPYTER_TOKEN_FILE, JUPYTER_TOKEN: 'other' })).toEqual({
      token: 'other',
    });
  });

  it('takes an empty variable for an unset one, as Jupyter does', () => {
    expect(mergeOptions({}, null, { JUPYTER_TOKEN: '', IN_THE_LOOP_PORT: '' })).toEqual({});
  });

  it.each([
    ['{"prot": 1}', /"prot" in .*c\.json is not an option/],
    ['{"port": "x"}', /"port" in .*c\.json must be a whole number/],
    ['{"hashed-password": "plain"}', /"hashed-password" in .* must be a hash/],
    ['{"port": null}', /"port" in .*c\.json must be a whole number/],
    ['[]', /must hold one JSON object/],
    ['{', /cannot be used/],
  ])('explains what is wrong with the configuration %s', (content, explanation) => {
    expect(() => mergeOptions({}, file('c.json', content), {})).toThrow(explanation);
  });

  it('explains files that cannot be read', () => {
    expect(() => mergeOptions({}, join(folder, 'none.json'), {})).toThrow(
      /none\.json cannot be used: ENOENT/,
    );
    expect(() => mergeOptions({}, null, { JUPYTER_TOKEN_FILE: join(folder, 'none') })).toThrow(
      /cannot be read/,
    );
  });

  it('says which variable is wrong', () => {
    expect(() => mergeOptions({}, null, { IN_THE_LOOP_PORT: 'x' })).toThrow(
      /^\$IN_THE_LOOP_PORT must be a whole number/,
    );
  });
});
