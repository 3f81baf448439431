import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, expect, test, vi } from 'vitest';
import { hostDatabaseName } from '../offline/offline-names.ts';
import { HostDatabase } from './host/host-database.ts';
import { hostLock } from './host/left-hosts.ts';
import { isAnythingLeft } from './left-in-browser.ts';

afterEach(() => vi.unstubAllGlobals());

test('a host that starts while another page looks is not taken for one that is gone', async () => {
  vi.stubGlobal('IDBKeyRange', IDBKeyRange);
  const factory = new IDBFactory();
  vi.stubGlobal('indexedDB', factory);
  const database = await HostDatabase.open(hostDatabaseName('/'), factory);
  const held: { name: string }[] = [];
  const begin = async (hostId: string): Promise<void> => {
    held.push({ name: hostLock(hostId) });
    await database.addHost({ hostId, secret: 's', title: 't' });
  };
  await begin('before');
  await database.addHost({ hostId: 'dead', secret: 's', title: 't' });
  const query = async () => {
    const answer = { held: [...held] };
    await begin('meanwhile');
    return answer;
  };
  vi.stubGlobal('navigator', { locks: { query } });
  expect(await isAnythingLeft('/')).toBe(false);
  expect((await database.hosts()).map(({ hostId }) => hostId)).toEqual(['before', 'meanwhile']);
  database.close();
});
