import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { controlSocketPath } from './control-socket-path.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-socket-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is the same for a state directory each time, another for another, in a folder for its owner alone', () => {
  const environment = { XDG_RUNTIME_DIR: folder };
  const path = controlSocketPath('/a/state', environment) ?? '';
  expect(dirname(path)).toBe(join(folder, 'in-the-loop'));
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(controlSocketPath('/a/state', environment)).toBe(path);
  expect(controlSocketPath('/another/state', environment)).not.toBe(path);
});

it('goes to a folder in /tmp where the runtime folder is too deep for a socket, no folder, or open to others', () => {
  const deep = join(folder, 'x'.repeat(100));
  mkdirSync(deep);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const open = join(folder, 'open');
  mkdirSync(join(open, 'in-the-loop'), { recursive: true });
  chmodSync(join(open, 'in-the-loop'), 0o777);
  for (const XDG_RUNTIME_DIR of [deep, file, open, '']) {
    const path = controlSocketPath('/a/state', { XDG_RUNTIME_DIR }) ?? '';
    expect(dirname(path)).toBe(`/tmp/in-the-loop-${process.getuid?.() ?? 0}`);
  }
});
