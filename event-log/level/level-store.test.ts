import type * as FileSystem from 'node:fs/promises';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LevelStore } from './level-store.ts';
import type { WriteOperation } from './level-store.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, statfs: vi.fn(real.statfs) };
});

const key = Buffer.of(9, 1);
const put = (value: string): WriteOperation => ({ type: 'put', key, value: Buffer.from(value) });
const undo = (): WriteOperation[] => [{ type: 'del', key }];

describe('LevelStore after a failed write', () => {
  let directory: string;
  let store: LevelStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'level-store-'));
    store = await LevelStore.open(directory);
    await store.write([put('kept')], undo, { sync: false });
    const failure = Object.assign(new Error('IO error: 3.log: No space left on device'), {
      code: 'LEVEL_IO_ERROR',
    });
    vi.spyOn(Level.prototype, 'batch').mockRejectedValueOnce(failure);
    await expect(store.write([put('lost')], () => [put('kept')], { sync: false })).rejects.toMatchObject({
      code: 'EVENT_LOG_DISK_FULL',
    });
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await store.close();
    await rm(directory, { recursive: true });
  });

  const value = async (): Promise<string> => String(await store.get(key));

  it('[D3] stays open to be read as long as there is no room to open it anew', async () => {
    const room = await statfs(directory);
    vi.mocked(statfs).mockResolvedValue({ ...room, bavail: 1 });
    const open = vi.spyOn(Level.prototype, 'open');
    await expect(store.write([put('new')], undo, { sync: false })).rejects.toMatchObject({
      code: 'EVENT_LOG_DISK_FULL',
    });
    expect(open).not.toHaveBeenCalled();
    expect(await value()).toBe('kept');
    vi.mocked(statfs).mockReset();
    vi.mocked(statfs).mockResolvedValue(room);
    await store.write([put('new')], undo, { sync: false });
    expect(await value()).toBe('new');
  });

  it('[D4] is opened anew once, by the next write', async () => {
    const open = vi.spyOn(Level.prototype, 'open');
    expect(await value()).toBe('kept');
    expect(open).not.toHaveBeenCalled();
    await store.write([put('new')], undo, { sync: false });
    await store.write([put('newer')], undo, { sync: false });
    expect(open).toHaveBeenCalledTimes(1);
    expect(await value()).toBe('newer');
  });

  it('[D3] opens again what could not be opened anew, for readers too', async () => {
    vi.spyOn(Level.prototype, 'open').mockRejectedValueOnce(new Error('IO error: No space left on device'));
    await expect(store.write([put('new')], undo, { sync: false })).rejects.toMatchObject({
      code: 'EVENT_LOG_DISK_FULL',
    });
    expect(await value()).toBe('kept');
    await store.write([put('new')], undo, { sync: false });
    expect(await value()).toBe('new');
  });

  it('[L2] can be closed', async () => {
    await store.close();
    await expect(store.get(key)).rejects.toMatchObject({ code: 'EVENT_LOG_CLOSED' });
    await expect(store.write([put('new')], undo, { sync: false })).rejects.toMatchObject({
      code: 'EVENT_LOG_CLOSED',
    });
  });
});
