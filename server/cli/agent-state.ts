import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { AgentCommand } from './agent-arguments.ts';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';
import { isAlive } from './running-server.ts';

const FILE = 'agent.json';
const schema = z.object({ machineId: z.string(), pid: z.int().nullable() });

/** What an agent keeps: its supervisor's folder, and which process runs it. */
export interface AgentState {
  readonly directory: string;
  /** Of this folder, for the server: other folders have other kernels. */
  readonly machineId: string;
  /** The agent that runs; null for none. */
  readonly pid: number | null;
}

/** One for each server and name, in the person's data folder. */
export function agentStateDirectory(
  { state, server, machineName }: Pick<AgentCommand, 'state' | 'server' | 'machineName'>,
  environment: Environment,
): string {
  if (state !== null) return resolve(state);
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local', 'share');
  const what = `${server?.host ?? ''}${server?.pathname ?? ''}\0${machineName ?? ''}`;
  const hash = createHash('sha256').update(what).digest('hex').slice(0, 12);
  return join(data, 'in-the-loop', 'agents', `${server?.hostname ?? 'agent'}-${hash}`);
}

/** @throws CommandError where the folder cannot be made */
export function openAgentState(directory: string, pid: number | null): AgentState {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    const known = read(directory);
    const state = { machineId: known?.machineId ?? randomUUID(), pid };
    const file = join(directory, FILE);
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return { directory, ...state };
  } catch (error) {
    throw new CommandError(
      `The folder ${directory} cannot be used: ${(error as Error).message}. Name another by --state.`,
      1,
      { cause: error },
    );
  }
}

/** The agent that runs with a folder; null for none. */
export function runningAgent(directory: string): number | null {
  const pid = read(directory)?.pid ?? null;
  return pid !== null && isAlive(pid) ? pid : null;
}

function read(directory: string): z.output<typeof schema> | null {
  try {
    return schema.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')));
  } catch {
    return null; // The first agent here.
  }
}
