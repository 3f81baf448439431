import { connect } from 'node:net';
import { PlaceError } from '../places/place-error.ts';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';

/** In milliseconds. */
const LIMIT = 15_000;

/**
 * Whether a kernel answers through its sockets here: ZeroMQ greets whoever connects, and sshd closes what it may not forward.
 * @throws PlaceError PLACE_UNFIT
 */
export function checkSockets(connection: ConnectionInfo, machine: string): Promise<void> {
  const socket = connect(endpointOf(connection, 'hb').slice('ipc://'.length));
  return new Promise<void>((resolve, reject) => {
    const refuse = (): void =>
      reject(
        new PlaceError(
          'PLACE_UNFIT',
          `${machine} does not forward sockets: the ssh server there does not allow it.`,
          'Its administrators can set AllowStreamLocalForwarding to yes. With Node 20 or newer there, it is not needed.',
        ),
      );
    socket.setTimeout(LIMIT, refuse);
    socket.once('data', () => resolve());
    socket.once('error', refuse);
    socket.once('close', refuse);
  }).finally(() => socket.destroy());
}
