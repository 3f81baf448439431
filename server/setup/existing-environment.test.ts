import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPrefix } from '../cli/find-prefix.ts';
import { existingEnvironment as existing } from './existing-environment.mjs';
import { VENV } from './project.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-environment-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const existingEnvironment = (args: string[], environment: Record<string, string>) =>
  existing(args, environment, findPrefix);

function withJupyterLab(version: string): string {
  const prefix = join(folder, version);
  const lab = join(prefix, 'share', 'jupyter', 'lab', 'static');
  mkdirSync(lab, { recursive: true });
  mkdirSync(join(prefix, 'bin'));
  writeFileSync(join(prefix, 'bin', 'python3'), '');
  writeFileSync(join(lab, 'package.json'), JSON.stringify({ jupyterlab: { version } }));
  return prefix;
}

describe('existingEnvironment', () => {
  it('is none where nobody points at one', () => {
    expect(existingEnvironment(['--port', '0'], {})).toBeNull();
  });

  it.each([
    [['--prefix', '/opt/science']],
    [['--prefix=/opt/science']],
    [['--prefix', '/other', '--prefix', '/opt/science']],
  ])('takes %j', (args) => {
    expect(existingEnvironment(args, { VIRTUAL_ENV: withJupyterLab('4.6.6') })).toEqual({
      prefix: '/opt/science',
      source: '--prefix',
    });
  });

  it('takes the prefix in a configuration file', () => {
    const file = join(folder, 'configuration.json');
    writeFileSync(file, '{"prefix": "science"}');
    const pointed = { prefix: join(folder, 'science'), source: 'the configuration file' };
    expect(existingEnvironment(['--config', file], {})).toEqual(pointed);
    expect(existingEnvironment([], { IN_THE_LOOP_CONFIG: file })).toEqual(pointed);
  });

  it('takes an active environment that has JupyterLab 4', () => {
    const prefix = withJupyterLab('4.0.0');
    expect(existingEnvironment([], { VIRTUAL_ENV: prefix })?.prefix).toBe(prefix);
    expect(existingEnvironment([], { VIRTUAL_ENV: '/empty', CONDA_PREFIX: prefix })?.prefix).toBe(prefix);
  });

  it('takes that of the jupyter command on the PATH', () => {
    const prefix = withJupyterLab('4.0.0');
    writeFileSync(join(prefix, 'bin', 'jupyter'), `#!${join(prefix, 'bin', 'python3')}\n`, { mode: 0o755 });
    expect(existingEnvironment([], { PATH: join(prefix, 'bin') })).toEqual({
      prefix,
      source: 'the jupyter command on your PATH',
    });
  });

  it('passes over an active environment without JupyterLab, with an old one, and our own', () => {
    expect(existingEnvironment([], { VIRTUAL_ENV: folder })).toBeNull();
    expect(existingEnvironment([], { VIRTUAL_ENV: withJupyterLab('3.6.8') })).toBeNull();
    expect(existingEnvironment([], { VIRTUAL_ENV: VENV })).toBeNull();
  });
});
