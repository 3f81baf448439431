import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KernelError } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { greetSupervisor } from './greet-supervisor.ts';
import { joinSocket } from './link/byte-pipe.ts';
import type { Up } from './link/up.ts';
import { tellOfOtherProtocols } from './other-protocols.ts';
import type { SupervisorStatus } from './supervisor-status.ts';
import { startSupervisor, type SupervisorPlace } from './start-supervisor.ts';
import { SupervisorClient } from './supervisor-client.ts';
import type { ConnectionListener, SupervisorLine } from './supervisor-connection.ts';
import { supervisorFiles } from './supervisor-files.ts';

export interface ConnectOptions extends SupervisorPlace {
  readonly log: KernelLog;
}

type Hello = Extract<Up, { type: 'hello' }>;

/** One that starts or ends at this moment is waited for; nothing tells when it is done. */
const ATTEMPTS = 50;
const BETWEEN_ATTEMPTS = 100;

/**
 * Connects to the supervisor of a state directory, and starts one where there is none.
 * @throws KernelError KERNEL_SUPERVISOR_LOST
 */
export function connectSupervisor(options: ConnectOptions): Promise<SupervisorClient> {
  tellOfOtherProtocols(options.stateDirectory, options.log);
  return SupervisorClient.open({
    log: options.log,
    connect: (clientId, listener) => connectOrStart(options, clientId, listener),
  });
}

/** Whether an earlier supervisor left kernels, living or not. */
export function leftKernels({ stateDirectory, socketFolder }: ConnectOptions): boolean {
  try {
    return readdirSync(join(supervisorFiles(stateDirectory, socketFolder).folder, 'kernels')).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Starts a supervisor where one died and left kernels: only it can tell of them, and end them.
 * @throws KernelError KERNEL_SUPERVISOR_LOST
 */
export async function wakeSupervisor(options: ConnectOptions): Promise<void> {
  if (leftKernels(options) && !(await isSupervisorThere(options))) await startSupervisor(options);
}

/** @throws KernelError KERNEL_SUPERVISOR_LOST if that cannot be told */
export async function isSupervisorThere({ stateDirectory, socketFolder }: ConnectOptions): Promise<boolean> {
  const probe = await openSocket(supervisorFiles(stateDirectory, socketFolder).socket);
  probe?.destroy();
  return probe !== null;
}

/**
 * Ends the supervisor of a state directory and all its kernels, where no server does.
 * @returns false if there is none
 * @throws KernelError KERNEL_SUPERVISOR_LOST
 */
export async function endSupervisor(options: ConnectOptions): Promise<boolean> {
  if (!(await isSupervisorThere(options))) return false;
  const supervisor = await connectSupervisor(options);
  await supervisor.end();
  return true;
}

/**
 * Asks the supervisor of a state directory how it is, beside the server that has it.
 * @returns null if there is none
 * @throws KernelError KERNEL_SUPERVISOR_LOST
 */
export function supervisorStatus(options: ConnectOptions): Promise<SupervisorStatus | null> {
  return new Promise((resolve, reject) => {
    let ask: SupervisorLine | undefined;
    const listener: ConnectionListener = {
      welcomed: (_welcome, connection) => {
        ask = connection;
        connection.say({ type: 'request', id: 1, request: { do: 'status' } });
      },
      heard: (message) => {
        if (message.type !== 'answer') return;
        resolve(message.result as SupervisorStatus);
        ask?.close();
      },
      entry: () => undefined,
      terminal: () => undefined,
      closed: () => reject(new KernelError('KERNEL_SUPERVISOR_LOST', 'the supervisor did not answer')),
    };
    tryToConnect(options, { clientId: randomUUID(), role: 'observer' }, listener).then((outcome) => {
      if (outcome === 'nobody') resolve(null);
      if (outcome === 'ended') listener.closed();
    }, reject);
  });
}

async function connectOrStart(
  options: ConnectOptions,
  clientId: string,
  listener: ConnectionListener,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(BETWEEN_ATTEMPTS);
    const outcome = await tryToConnect(options, { clientId, role: 'owner' }, listener);
    if (outcome === 'welcome') return;
    if (outcome === 'nobody') await startSupervisor(options);
  }
  const { socket } = supervisorFiles(options.stateDirectory, options.socketFolder);
  throw new KernelError('KERNEL_SUPERVISOR_LOST', `the supervisor does not listen on ${socket}`);
}

/**
 * @returns `nobody` if nobody listens; `ended` if it broke, or an idle one of another version was asked to end
 * @throws KernelError KERNEL_SUPERVISOR_LOST if it speaks another protocol
 */
async function tryToConnect(
  options: ConnectOptions,
  who: Pick<Hello, 'clientId' | 'role'>,
  listener: ConnectionListener,
): Promise<'welcome' | 'nobody' | 'ended'> {
  const { stateDirectory, socketFolder, programVersion: program, log } = options;
  const socket = await openSocket(supervisorFiles(stateDirectory, socketFolder).socket);
  if (socket === null) return 'nobody';
  return greetSupervisor((makeEnd) => joinSocket(socket, makeEnd), { program, ...who }, listener, log);
}

/** @returns null if nobody listens there */
async function openSocket(path: string): Promise<Socket | null> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
    throw new KernelError('KERNEL_SUPERVISOR_LOST', message, { cause: error });
  }
}
