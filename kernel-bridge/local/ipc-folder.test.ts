import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IpcFolder } from './ipc-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ipc-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('IpcFolder', () => {
  test('[T1] makes one folder for its owner alone, with a path for each kernel, and removes it', async () => {
    const folder = new IpcFolder([parent]);
    const paths = await Promise.all([folder.newPath(), folder.newPath()]);
    expect(new Set(paths).size).toBe(2);
    const directory = dirname(paths[0]!);
    expect(dirname(paths[1]!)).toBe(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await folder.close();
    expect(existsSync(directory)).toBe(false);
  });

  test('[T1] makes another folder when the system has cleared the first', async () => {
    const folder = new IpcFolder([parent]);
    const first = dirname((await folder.newPath())!);
    await rm(first, { recursive: true });
    const paths = await Promise.all([folder.newPath(), folder.newPath()]);
    const directory = dirname(paths[0]!);
    expect(dirname(paths[1]!)).toBe(directory);
    expect(existsSync(directory)).toBe(true);
    await folder.close();
    expect(existsSync(directory)).toBe(false);
  });

  test('[T1] [A5] leaves a folder to the kernels in it, and whoever sees the last of them end removes it', async () => {
    const folder = new IpcFolder([parent]);
    const path = (await folder.newPath())!;
    await writeFile(`${path}-1`, '');
    await folder.release();
    expect(existsSync(`${path}-1`)).toBe(true);
    const next = new IpcFolder([parent]);
    const own = (await next.newPath())!;
    await next.leave(path);
    expect(existsSync(`${path}-1`)).toBe(true);
    await rm(`${path}-1`);
    await next.leave(path);
    expect(existsSync(dirname(path))).toBe(false);
    // Its own may be about to be used by another kernel.
    await next.leave(own);
    expect(existsSync(dirname(own))).toBe(true);
    await next.release();
    expect(existsSync(dirname(own))).toBe(false);
  });

  test('[T1] passes over parents that are too long, missing or unnamed', async () => {
    const folder = new IpcFolder(['', '/no/such/folder', `/${'x'.repeat(100)}`, parent]);
    expect(await folder.newPath()).toMatch(`${parent}/itl-`);
    await folder.close();
  });

  test('[T1] counts bytes, not letters', async () => {
    expect(await new IpcFolder([`/${'ü'.repeat(45)}`]).newPath()).toBeNull();
  });
});
