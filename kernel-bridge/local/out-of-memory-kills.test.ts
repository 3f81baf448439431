import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutOfMemoryKills } from './out-of-memory-kills.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oom-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('OutOfMemoryKills', () => {
  test.each([
    ['memory.events', 'low 0\noom 4\noom_kill N\noom_group_kill 9\n'],
    ['memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill N\n'],
  ])('[D5] sees a kill in %s once', async (name, text) => {
    const file = join(folder, name);
    const become = (kills: number) => writeFile(file, text.replace('N', String(kills)));
    await become(3);
    const kills = new OutOfMemoryKills([join(folder, 'absent'), file]);
    expect(await kills.haveRisen()).toBe(false);
    await become(4);
    expect(await kills.haveRisen()).toBe(true);
    expect(await kills.haveRisen()).toBe(false);
  });

  test('[D5] says that it does not know where nothing counts', async () => {
    expect(await new OutOfMemoryKills([join(folder, 'absent')]).haveRisen()).toBeNull();
  });
});
