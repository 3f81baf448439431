import { setImmediate as turn } from 'node:timers/promises';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import type { BytePipeEnd } from '../../kernel-bridge/supervisor/link/byte-pipe.ts';
import { SupervisorClient } from '../../kernel-bridge/supervisor/supervisor-client.ts';
import {
  type ConnectionListener,
  SupervisorConnection,
} from '../../kernel-bridge/supervisor/supervisor-connection.ts';
import { QueuedConnection } from './queued-pipe.ts';

/** What a server connects to by queues, and when it is gone itself. */
export interface QueuedPeer {
  readonly log: KernelLog;
  /** False once this server has ended: it connects no more. */
  isWanted(): boolean;
  /** Joins an end to the connection; null while nobody is there. */
  join(connection: QueuedConnection): BytePipeEnd | null;
  connected(connection: QueuedConnection): void;
  /** Stands before the client, as what guards it does. */
  guard?(listener: ConnectionListener): ConnectionListener;
}

/** A server's client, open; a connection that breaks before the welcome is tried anew, as the real one is. */
export async function openQueuedClient(peer: QueuedPeer): Promise<SupervisorClient> {
  let connection: QueuedConnection | null = null;
  const opening = SupervisorClient.open({
    log: peer.log,
    connect: async (clientId, unguarded) => {
      const listener = peer.guard?.(unguarded) ?? unguarded;
      for (let isWelcome = false; !isWelcome && peer.isWanted(); await turn()) {
        const pipe = new QueuedConnection();
        const end = peer.join(pipe);
        if (end === null) continue;
        connection = pipe;
        isWelcome = await greeted(pipe, end, clientId, listener, peer);
      }
      if (!peer.isWanted()) await new Promise(() => undefined);
    },
  });
  for (let isOpen = false; !isOpen;) {
    isOpen = await Promise.race([opening.then(() => true), turn(false)]);
    deliver(connection);
  }
  return opening;
}

function greeted(
  pipe: QueuedConnection,
  end: BytePipeEnd,
  clientId: string,
  listener: ConnectionListener,
  peer: QueuedPeer,
): Promise<boolean> {
  return new Promise((resolve) => {
    let welcomed = false;
    const connection = new SupervisorConnection(
      pipe.toSupervisor,
      {
        ...listener,
        welcomed: (welcome, it) => {
          welcomed = true;
          listener.welcomed(welcome, it);
          resolve(true);
        },
        closed: () => (welcomed ? listener.closed() : resolve(false)),
      },
      peer.log,
    );
    pipe.join(connection, end);
    peer.connected(pipe);
    connection.greet({ clientId, role: 'owner', program: '1' });
  });
}

function deliver(connection: QueuedConnection | null): void {
  connection?.deliverToSupervisor();
  connection?.deliverToServer();
}
