import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import {
  endSupervisor,
  supervisorStatus,
  wakeSupervisor,
} from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { CommandError } from './command-error.ts';
import { askRunningServer } from './control-client.ts';
import type { Environment } from './environment-options.ts';
import { isAlive, readRunningServer } from './running-server.ts';
import { runningText } from './running-text.ts';
import { supervisorPlace } from './supervisor-place.ts';

const answerSchema = z.object({ kernels: z.int(), terminals: z.int() });
/** More than a server takes, which cuts its own end short. */
const PATIENCE = 20_000;
/** A process that is not our child tells nobody of its end. */
const BETWEEN_LOOKS = 50;

/**
 * Ends the server of a state directory, and its kernels and terminals; without a server, what an earlier one left.
 * @throws CommandError
 */
export async function stop(stateDirectory: string, environment: Environment): Promise<string> {
  const running = readRunningServer(stateDirectory);
  if (running !== null) return stopServer(running.pid, running.controlSocket);
  const place = supervisorPlace(stateDirectory, environment);
  try {
    await wakeSupervisor(place);
    const status = await supervisorStatus(place);
    if (status === null) return 'Nothing is running.';
    const kernels = status.kernels.filter(({ isOver }) => !isOver).length;
    const running = runningText({ kernels, terminals: status.terminals });
    await endSupervisor(place);
    return running === null ? 'Nothing is running.' : `Ended what an earlier server left: ${running}.`;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new CommandError(`The kernels could not be ended: ${error.message}.`, 1, { cause: error });
  }
}

async function stopServer(pid: number, controlSocket: string | null): Promise<string> {
  if (controlSocket === null) {
    throw new CommandError(
      `The server, process ${pid}, has no socket for questions. Stop it with Ctrl-C, Ctrl-C or \`kill ${pid}\`; then run this again.`,
    );
  }
  let running: string | null = null;
  for await (const line of askRunningServer(controlSocket, { ask: 'stop' }))
    running = runningText(answerSchema.parse(JSON.parse(line)));
  for (const until = Date.now() + PATIENCE; isAlive(pid); await delay(BETWEEN_LOOKS))
    if (Date.now() > until)
      throw new CommandError(`The server, process ${pid}, was asked to stop and is still there.`);
  return running === null ? 'Stopped the server.' : `Stopped the server, and ended ${running}.`;
}
