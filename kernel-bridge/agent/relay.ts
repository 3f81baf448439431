import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { KernelError } from '../kernel.ts';
import { joinSocket, type BytePipe, type BytePipeEnd, type JoinPipe } from '../supervisor/link/byte-pipe.ts';
import { startSupervisor, type SupervisorPlace } from '../supervisor/start-supervisor.ts';
import { supervisorFiles } from '../supervisor/supervisor-files.ts';

/** More does not go into the memory of one side while the other does not read. */
const WAITING_BYTES = 1024 * 1024;
/** One that starts or ends at this moment is waited for; nothing tells when it is done. */
const ATTEMPTS = 50;
const BETWEEN_ATTEMPTS = 100;

/**
 * Joins a pipe to a server with the supervisor of this machine, starting one where there is none. Whoever relays knows
 * nothing of what passes, so that its end, and its version, matter to no kernel.
 * @returns when either side has ended; both have then
 * @throws KernelError KERNEL_SUPERVISOR_LOST if there is none and none can be started
 */
export async function relayToSupervisor(place: SupervisorPlace, join: JoinPipe): Promise<void> {
  const socket = await openSupervisor(place);
  await new Promise<void>((resolve) => {
    const [server, supervisor] = [new Side(), new Side()];
    server.other = supervisor;
    supervisor.other = server;
    server.onClosed = resolve;
    joinSocket(socket, (pipe) => supervisor.with(pipe));
    join((pipe) => server.with(pipe));
  });
}

/** One side of the relay: what it receives is written to the other, no faster than that takes it. */
class Side implements BytePipeEnd {
  other: Side | null = null;
  onClosed: () => void = () => undefined;
  pipe: BytePipe | null = null;

  with(pipe: BytePipe): this {
    this.pipe = pipe;
    return this;
  }

  receive(chunk: Buffer): void {
    const to = this.other?.pipe;
    to?.write([chunk]);
    if ((to?.waitingBytes ?? 0) > WAITING_BYTES) this.pipe?.pause();
  }

  drained(): void {
    this.other?.pipe?.resume();
  }

  closed(): void {
    this.other?.pipe?.close();
    this.onClosed();
  }
}

async function openSupervisor(place: SupervisorPlace): Promise<Socket> {
  const { socket: path } = supervisorFiles(place.stateDirectory, place.socketFolder);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(BETWEEN_ATTEMPTS);
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ECONNREFUSED')
        throw new KernelError('KERNEL_SUPERVISOR_LOST', message, { cause: error });
    }
    await startSupervisor(place);
  }
  throw new KernelError('KERNEL_SUPERVISOR_LOST', `the supervisor does not listen on ${path}`);
}
