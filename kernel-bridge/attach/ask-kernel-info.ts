import type { Context } from 'zeromq';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { ZmqConnection } from '../zmq/zmq-connection.ts';

/** In milliseconds: so long is waited for one that may only be starting, and not busy. */
const PATIENCE = 1_000;

/** What a kernel says of itself; null where it is too busy to say so. */
export async function askKernelInfo(
  context: Context,
  info: ConnectionInfo,
): Promise<Readonly<Record<string, unknown>> | null> {
  const connection = new ZmqConnection(context, info, { message: () => undefined, fault: () => undefined });
  try {
    return await connection.inform(PATIENCE);
  } finally {
    connection.close();
  }
}
