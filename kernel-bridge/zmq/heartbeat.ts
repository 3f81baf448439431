import { type Context, Request } from 'zeromq';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';
import { curveOptions } from './curve-options.ts';

/** In milliseconds. A kernel answers from a thread of its own, also while it is busy. */
const PATIENCE = 1000;

/** Whether a kernel's heartbeat answers. Asked when somebody wants to know, and with a socket that lives no longer. */
export async function beats(context: Context, info: ConnectionInfo): Promise<boolean> {
  const limits = { linger: 0, sendTimeout: PATIENCE, receiveTimeout: PATIENCE };
  const socket = new Request({ context, ...limits, ...curveOptions(info) });
  try {
    socket.connect(endpointOf(info, 'hb'));
    await socket.send('ping');
    await socket.receive();
    return true;
  } catch {
    return false; // Silence is the answer.
  } finally {
    socket.close();
  }
}
