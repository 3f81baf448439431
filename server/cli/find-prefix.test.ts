import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPrefix } from './find-prefix.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-prefix-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(file: string, content: string): void {
  writeFileSync(file, content);
  chmodSync(file, 0o755);
}

/** An environment as far as it is looked at. */
function environment(name: string, version: string | null = '4.6.6'): string {
  const prefix = join(folder, name);
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  program(join(prefix, 'bin', 'python3'), `#!/bin/sh\necho ${prefix}\n`);
  if (version === null) return prefix;
  const lab = join(prefix, 'share', 'jupyter', 'lab', 'static');
  mkdirSync(lab, { recursive: true });
  writeFileSync(join(lab, 'package.json'), JSON.stringify({ jupyterlab: { version } }));
  return prefix;
}

describe('findPrefix', () => {
  it('takes the named one', () => {
    const named = environment('named');
    expect(findPrefix(named, { VIRTUAL_ENV: environment('active') })).toBe(named);
  });

  it('takes the active ones in order, passing over those without JupyterLab', () => {
    const conda = environment('conda');
    expect(findPrefix(undefined, { VIRTUAL_ENV: environment('empty', null), CONDA_PREFIX: conda })).toBe(
      conda,
    );
  });

  it.each([
    ['by its first line', 'plain', (python: string) => `#!${python}\nimport re\n`],
    [
      "by pip's second line, where a first would not do",
      'with a space',
      (python: string) => `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n`,
    ],
  ])('finds the environment of the jupyter on the PATH %s', (_how, name, script) => {
    const prefix = environment(name);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    program(join(bin, 'jupyter'), script(join(prefix, 'bin', 'python3.11')));
    expect(findPrefix(undefined, { PATH: `/nowhere:${bin}` })).toBe(prefix);
  });

  it('asks the Python beside a launcher, which says nothing of where it leads', () => {
    const prefix = environment('shims');
    program(join(prefix, 'bin', 'jupyter'), '#!/usr/bin/env bash\nexec pyenv exec jupyter "$@"\n');
    expect(findPrefix(undefined, { PATH: join(prefix, 'bin') })).toBe(prefix);
  });

  it('explains why the named one will not do', () => {
    expect(() => findPrefix(join(folder, 'none'), {})).toThrow(/there is no such folder.*pip install/);
    expect(() => findPrefix(folder, {})).toThrow(/not a Python environment/);
    expect(() => findPrefix(environment('empty', null), {})).toThrow(/JupyterLab is not installed/);
    expect(() => findPrefix(environment('old', '3.6.1'), {})).toThrow(/JupyterLab 3\.6\.1 is too old/);
  });

  it('explains where it has looked', () => {
    const empty = environment('empty', null);
    expect(() => findPrefix(undefined, { VIRTUAL_ENV: empty, PATH: '' })).toThrow(
      `${empty}: JupyterLab is not installed in it.`,
    );
  });
});
