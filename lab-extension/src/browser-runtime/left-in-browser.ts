import { hostDatabaseName } from '../offline/offline-names.ts';
import { HostDatabase } from './host/host-database.ts';
import { hostLock } from './host/left-hosts.ts';

/**
 * Whether pages of this browser that are gone left something for the server. Nothing is made where nothing is.
 * @param server the path of its base URL
 */
export async function isAnythingLeft(server: string): Promise<boolean> {
  const { indexedDB: factory, navigator } = globalThis as Partial<typeof globalThis>;
  const locks = (navigator as Partial<Navigator> | undefined)?.locks;
  // Without locks (plain http) nobody can tell who is gone.
  if (factory?.databases === undefined || locks === undefined) return false;
  const name = hostDatabaseName(server);
  if (!(await factory.databases()).some((known) => known.name === name)) return false;
  const database = await HostDatabase.open(name, factory);
  try {
    // In this order: a host has its lock before it is noted here, so that a new one is never taken for a dead one.
    const hosts = await database.hosts();
    const { held = [] } = await locks.query();
    const alive = new Set(held.map((lock) => lock.name));
    let isLeft = false;
    for (const { hostId } of hosts) {
      if (alive.has(hostLock(hostId))) continue;
      if (await database.hasKernels(hostId)) isLeft = true;
      else await database.removeHost(hostId);
    }
    return isLeft;
  } finally {
    database.close();
  }
}
