import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateDirectory, stateDirectoryOf } from './state-directory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('stateDirectoryOf', () => {
  it('is one for each root, however the root is reached', () => {
    const environment = { XDG_DATA_HOME: '/data' };
    mkdirSync(join(folder, 'My Notebooks'));
    mkdirSync(join(folder, 'other'));
    symlinkSync(join(folder, 'My Notebooks'), join(folder, 'link'));
    const own = stateDirectoryOf(undefined, join(folder, 'My Notebooks'), environment);
    expect(own).toMatch(/^\/data\/in-the-loop\/my-notebooks-[0-9a-f]{12}$/);
    expect(stateDirectoryOf(undefined, join(folder, 'link'), environment)).toBe(own);
    expect(stateDirectoryOf(undefined, join(folder, 'other'), environment)).not.toBe(own);
  });

  it('is under ~/.local/share by default', () => {
    expect(stateDirectoryOf(undefined, folder, { HOME: '/home/me' })).toMatch(
      /^\/home\/me\/\.local\/share\/in-the-loop\//,
    );
  });

  it('is the one given', () => {
    expect(stateDirectoryOf('/given', folder, {})).toBe('/given');
  });
});

describe('openStateDirectory', () => {
  it('makes it for its owner alone', () => {
    const state = join(folder, 'a', 'b');
    openStateDirectory(state, '/root');
    expect(modeOf(state)).toBe(0o700);
    expect(modeOf(join(state, 'in-the-loop.json'))).toBe(0o600);
  });

  it('closes one that others can enter', () => {
    mkdirSync(join(folder, 'empty'), { mode: 0o755 });
    openStateDirectory(join(folder, 'empty'), '/root');
    expect(modeOf(join(folder, 'empty'))).toBe(0o700);
  });

  it("leaves a folder with somebody else's files as it is", () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign, { mode: 0o755 });
    writeFileSync(join(foreign, 'thesis.tex'), '');
    expect(() => openStateDirectory(foreign, '/root')).toThrow(/holds files that are not In the Loop's/);
    expect(modeOf(foreign)).toBe(0o755);
  });

  it('refuses one that a newer version has written, and leaves it as it is', () => {
    const mark = join(folder, 'in-the-loop.json');
    writeFileSync(mark, '{"version":2}');
    expect(() => openStateDirectory(folder, '/root')).toThrow(/newer version of In the Loop.*--state/);
    expect(readFileSync(mark, 'utf8')).toBe('{"version":2}');
  });

  it('goes on with one whose mark was damaged by a power cut', () => {
    writeFileSync(join(folder, 'in-the-loop.json'), '');
    openStateDirectory(folder, '/root');
    expect(JSON.parse(readFileSync(join(folder, 'in-the-loop.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  it('gives up at once where the file system takes no folders', () => {
    expect(() => openStateDirectory('/proc/in-the-loop/state', '/root')).toThrow(/cannot be used/);
  });

  it('explains what cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openStateDirectory(join(folder, 'file', 'state'), '/root')).toThrow(/ENOTDIR.*--state/);
  });
});
