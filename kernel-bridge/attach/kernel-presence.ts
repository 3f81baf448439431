import { connect } from 'node:net';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';

/** In milliseconds. */
const PATIENCE = 1_000;

/**
 * Whether somebody listens where a kernel does, as the system says it: `refused` is certain, `unknown` where nobody says
 * anything, and `listens` may be another program that has the port by now.
 */
export function presenceOf(info: ConnectionInfo): Promise<'listens' | 'refused' | 'unknown'> {
  const address = endpointOf(info, 'shell').slice(`${info.transport}://`.length);
  const socket =
    info.transport === 'ipc' ? connect({ path: address }) : connect({ host: info.ip, port: info.shell_port });
  return new Promise((resolve) => {
    const say = (presence: 'listens' | 'refused' | 'unknown'): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(presence);
    };
    const timer = setTimeout(() => say('unknown'), PATIENCE);
    socket.once('connect', () => say('listens'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      say(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'refused' : 'unknown'),
    );
  });
}
