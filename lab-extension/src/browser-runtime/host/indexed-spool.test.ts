import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { HostDatabase } from './host-database.ts';
import { IndexedSpool } from './indexed-spool.ts';

const batch = (first: number, last: number) => ({ first, last, bytes: new Uint8Array([first, last]) });
const launch = { kernelId: 'k' };
let database: HostDatabase;
let spool: IndexedSpool;

beforeEach(async () => {
  globalThis.IDBKeyRange = IDBKeyRange;
  database = await HostDatabase.open('hosts', new IDBFactory());
  spool = new IndexedSpool(database, 'host-a');
  await spool.note({ kernelId: 'k', launch, isOver: false });
});

describe('what a host keeps in the browser', () => {
  test('is read by the position, whichever batch has it, and none behind the last', async () => {
    await spool.append('k', batch(1, 3));
    await spool.append('k', batch(4, 12));
    expect(await spool.read('k', 1)).toEqual(batch(1, 3));
    expect(await spool.read('k', 3)).toEqual(batch(1, 3));
    expect(await spool.read('k', 4)).toEqual(batch(4, 12));
    expect(await spool.read('k', 13)).toBeNull();
  });

  test('is forgotten up to a position, and its last position is not', async () => {
    await spool.append('k', batch(1, 3));
    await spool.append('k', batch(4, 12));
    await spool.forget('k', 5);
    expect(await spool.read('k', 1)).toEqual(batch(4, 12));
    await spool.forget('k', 12);
    await spool.note({ kernelId: 'k', launch, isOver: true });
    expect(await spool.kernels()).toEqual([{ kernelId: 'k', launch, isOver: true, last: 12 }]);
    expect(await spool.read('k', 1)).toBeNull();
  });

  test('is one host’s, and one kernel’s', async () => {
    const other = new IndexedSpool(database, 'host-b');
    await other.note({ kernelId: 'k', launch, isOver: false });
    await other.append('k', batch(1, 1));
    await spool.append('k', batch(1, 2));
    await spool.remove('k');
    expect(await spool.kernels()).toEqual([]);
    expect(await other.read('k', 1)).toEqual(batch(1, 1));
    await database.addHost({ hostId: 'host-b', secret: 's', title: 't' });
    expect([await database.hasKernels('host-a'), await database.hasKernels('host-b')]).toEqual([false, true]);
    await database.removeHost('host-b');
    expect(await other.kernels()).toEqual([]);
    expect(await database.hosts()).toEqual([]);
  });

  test('takes nothing of a kernel that was not noted, and keeps what it has', async () => {
    await expect(spool.append('unknown', batch(1, 1))).rejects.toThrow('was not noted');
    expect(await spool.read('unknown', 1)).toBeNull();
  });
});
