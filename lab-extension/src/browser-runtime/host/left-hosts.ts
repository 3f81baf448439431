import { consoleLog } from './console-log.ts';
import type { HostDatabase, HostRecord } from './host-database.ts';

/** Held by a host as long as its page lives: what a dead page left is nobody's, and another page hands it over. */
export function hostLock(hostId: string): string {
  return `in-the-loop:browser-host:${hostId}`;
}

/**
 * Holds the lock until `released` resolves. Without locks (plain http) hosts are not told apart, and none is taken over.
 * @returns false where another has it
 */
export async function holdLock(hostId: string, released: Promise<void>): Promise<boolean> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return false;
  return new Promise((resolve) => {
    void locks.request(hostLock(hostId), { ifAvailable: true }, async (lock) => {
      resolve(lock !== null);
      if (lock !== null) await released;
    });
  });
}

/**
 * Hands over, one after the other, what hosts of dead pages left in this browser.
 * @param handOver resolves once the server has it all; rejects where it cannot now, and a later page tries again
 */
export async function takeOverLeft(
  database: HostDatabase,
  handOver: (host: HostRecord) => Promise<void>,
): Promise<void> {
  for (const host of await database.hosts()) {
    let release = (): void => undefined;
    const isOurs = await holdLock(host.hostId, new Promise((resolve) => (release = resolve)));
    try {
      if (isOurs) {
        await handOver(host);
        await database.removeHost(host.hostId);
      }
    } catch (error) {
      // It is kept, and a later page tries again.
      consoleLog.warn({ error: String(error) }, 'what a closed page left could not be handed over');
    } finally {
      release();
    }
  }
}
