import { KernelError } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { JoinPipe } from './link/byte-pipe.ts';
import type { Up } from './link/up.ts';
import { type ConnectionListener, SupervisorConnection } from './supervisor-connection.ts';

type Hello = Extract<Up, { type: 'hello' }>;

/**
 * Says hello to a supervisor at the other end of a pipe. Until it is welcome, nobody else hears of the connection.
 * @returns `ended` if the pipe broke before the welcome, or an idle supervisor of another version was asked to end
 * @throws KernelError KERNEL_SUPERVISOR_LOST if it speaks another protocol
 */
export function greetSupervisor(
  join: JoinPipe,
  hello: Omit<Hello, 'type' | 'protocols'>,
  listener: ConnectionListener,
  log: KernelLog,
): Promise<'welcome' | 'ended'> {
  return new Promise((resolve, reject) => {
    let current: ConnectionListener = {
      welcomed: (welcome, line) => {
        const isIdle = welcome.kernels.length === 0 && welcome.terminals.length === 0;
        if (hello.role === 'owner' && isIdle && welcome.program !== hello.program) {
          log.info({ program: welcome.program }, 'an idle supervisor of another version is replaced');
          return line.say({ type: 'request', id: 0, request: { do: 'end' } });
        }
        current = listener;
        listener.welcomed(welcome, line);
        resolve('welcome');
      },
      heard: (message) => {
        if (message.type !== 'unwelcome') return;
        const { program, protocols } = message;
        const spoken = `it is of version ${program} and speaks protocols ${protocols.min} to ${protocols.max}`;
        reject(new KernelError('KERNEL_SUPERVISOR_LOST', spoken));
      },
      entry: () => undefined,
      terminal: () => undefined,
      closed: () => resolve('ended'),
    };
    join((pipe) => {
      const connection = new SupervisorConnection(
        pipe,
        {
          welcomed: (welcome) => current.welcomed(welcome, connection),
          heard: (message) => current.heard(message),
          entry: (kernelId, entry, bytes) => current.entry(kernelId, entry, bytes),
          passedOver: (kernelId, position, why, bytes) =>
            current.passedOver?.(kernelId, position, why, bytes),
          terminal: (type, payload) => current.terminal(type, payload),
          closed: () => current.closed(),
        },
        log,
      );
      connection.greet(hello);
      return connection;
    });
  });
}
