import type { Context } from 'zeromq';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { ZmqConnection } from '../zmq/zmq-connection.ts';

/** In milliseconds. A kernel with a thread for control answers at once, also while it is busy. */
const PATIENCE = 1_500;

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
