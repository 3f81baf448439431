import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from '../../kernel-bridge/agent/agent.ts';
import { describeMachine } from '../../kernel-bridge/agent/describe-machine.ts';
import { relayToSupervisor } from '../../kernel-bridge/agent/relay.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { machineKernelspecs } from '../../kernel-bridge/environments/machine-kernelspecs.ts';
import {
  type ConnectOptions,
  endSupervisor,
  supervisorStatus,
  wakeSupervisor,
} from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { findJupyterPaths } from '../find-jupyter-paths.ts';
import type { AgentCommand } from './agent-arguments.ts';
import { agentKey } from './agent-key.ts';
import { agentStateDirectory, openAgentState, runningAgent } from './agent-state.ts';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';
import { isAlive } from './running-server.ts';
import { runningText } from './running-text.ts';
import { StopRequests } from './stop-requests.ts';
import { supervisorPlace } from './supervisor-place.ts';

/** In which a second Ctrl-C ends the kernels too. */
const INSIST = 3000;
/** With --until-idle: how often it is looked, and how long nothing may run. In milliseconds. */
const LOOK_EVERY = 10_000;
const IDLE_FOR = 60_000;
/** For an agent that was asked to leave. */
const PATIENCE = 10_000;
const BETWEEN_LOOKS = 50;

/** `in-the-loop agent`: offers this machine's kernels to a server until it is asked to stop; the exit code. @throws CommandError */
export async function runAgent(command: AgentCommand, environment: Environment): Promise<number> {
  const directory = agentStateDirectory(command, environment);
  if (command.stops) {
    tell(await stopAgent(directory, environment));
    return 0;
  }
  if (command.server === null)
    throw new CommandError('Say which server: `in-the-loop agent --server URL`.', 2);
  const key = await agentKey(command.keyFile, environment);
  const prefix = agentPrefix(command.prefix, environment);
  // Kernels find the environment's own programs, as under the server itself.
  process.env['PATH'] = [join(prefix, 'bin'), environment['PATH'] ?? ''].join(delimiter);
  const state = openAgentState(directory, process.pid);
  const place = supervisorPlace(directory, environment);
  const paths = findJupyterPaths(prefix, environment);
  const kernelspecs = machineKernelspecs({
    projects: [process.cwd()],
    dataDirectories: paths.data,
    pythonPrefix: prefix,
    warn: ({ kernelspec, reason }) => tell(`The kernel ${kernelspec} cannot be offered: ${reason}.`),
  });
  const names = (await kernelspecs.list()).map(({ name }) => name);
  tell(
    names.length === 0
      ? `No kernels are installed in ${prefix}: install one, as "pip install ipykernel" does, or name another environment by --prefix. They are offered as soon as they are there.`
      : `Offers ${names.join(', ')} of ${prefix} to ${command.server.origin}.`,
  );
  const stops = new StopRequests(() => process.exit(130));
  stops.listenTo(process);
  const leaving = new AbortController();
  void stops.asked.then(() => leaving.abort());
  if (command.untilIdle) {
    untilIdle(place, leaving.signal).then(
      () => stops.request('stop command'),
      (error: unknown) => {
        if (!leaving.signal.aborted) tell(`It is not known whether kernels run here: ${String(error)}`);
      },
    );
  }
  const { machineName: name, labels } = command;
  const about = { name, labels, pythonPrefix: prefix, runtimeDirectory: paths.runtime, kernelspecs };
  const agent = new Agent({
    ...{ server: command.server, key, machineId: state.machineId, tell },
    programVersion: place.programVersion,
    relay: (join) => relayToSupervisor(place, join),
    describe: () => describeMachine(about),
  });
  const end = await agent.run(leaving.signal);
  openAgentState(directory, null);
  if (end.kind === 'refused') {
    process.stderr.write(`${end.message}\n`);
    const left = await runningHere(place);
    if (left !== null) tell(`What runs here goes on: ${left}. \`in-the-loop agent stop\` ends it.`);
    return 1;
  }
  return leave(place, stops);
}

/** Its kernels live on, unless somebody insists (I4). */
async function leave(place: ConnectOptions, stops: StopRequests): Promise<number> {
  const left = await runningHere(place);
  if (left === null) return 0;
  const seconds = INSIST / 1000;
  const mayInsist = (await stops.asked) === 'SIGINT' && process.stderr.isTTY;
  tell(
    `The agent stops, and leaves ${left} running, which come back with the next agent. \`in-the-loop agent stop\` ends what runs${mayInsist ? `, or Ctrl-C within ${seconds} seconds` : ''}.`,
  );
  const insists = mayInsist && (await Promise.race([stops.insisted.then(() => true), delay(INSIST, false)]));
  if (!insists) return 0;
  await endSupervisor(place);
  tell(`Ended ${left}.`);
  return 0;
}

async function stopAgent(directory: string, environment: Environment): Promise<string> {
  const place = supervisorPlace(directory, environment);
  const pid = runningAgent(directory);
  if (pid !== null) {
    process.kill(pid, 'SIGTERM');
    for (const until = Date.now() + PATIENCE; isAlive(pid); await delay(BETWEEN_LOOKS))
      if (Date.now() > until)
        throw new CommandError(`The agent, process ${pid}, was asked to stop and is still there.`);
  }
  try {
    if (existsSync(directory)) await wakeSupervisor(place);
    const left = await runningHere(place);
    if (left === null) return pid === null ? 'Nothing is running.' : 'Stopped the agent.';
    await endSupervisor(place);
    return `${pid === null ? 'Ended' : 'Stopped the agent, and ended'} ${left}.`;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new CommandError(`The kernels could not be ended: ${error.message}.`, 1, { cause: error });
  }
}

/** Resolves once nothing has run here for a while. */
async function untilIdle(place: ConnectOptions, signal: AbortSignal): Promise<void> {
  for (let idleFrom = Date.now(); Date.now() - idleFrom < IDLE_FOR;) {
    await delay(LOOK_EVERY, undefined, { signal, ref: false });
    if ((await runningHere(place)) !== null) idleFrom = Date.now();
  }
  tell('No kernels have run here for a minute: the agent leaves, as it was asked to (--until-idle).');
}

async function runningHere(place: ConnectOptions): Promise<string | null> {
  const status = await supervisorStatus(place);
  const kernels = status?.kernels.filter(({ isOver }) => !isOver).length ?? 0;
  return runningText({ kernels, terminals: 0 });
}

/** The Python environment whose kernels are offered; unlike the server's, it need not have JupyterLab. */
function agentPrefix(named: string | null, environment: Environment): string {
  const isEnvironment = (prefix: string): boolean =>
    ['python3', 'python'].some((name) => existsSync(join(prefix, 'bin', name)));
  if (named !== null) {
    if (isEnvironment(named)) return resolve(named);
    throw new CommandError(`${resolve(named)} is no Python environment: it holds no bin/python.`, 2);
  }
  const onPath = (environment['PATH'] ?? '')
    .split(delimiter)
    .find((folder) => existsSync(join(folder, 'python3')));
  const candidates = [
    environment['VIRTUAL_ENV'],
    environment['CONDA_PREFIX'],
    onPath === undefined ? undefined : dirname(onPath),
  ];
  return resolve(candidates.find((prefix) => prefix !== undefined && isEnvironment(prefix)) ?? '/usr');
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
