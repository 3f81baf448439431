import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Environment } from '../environment-options.ts';

/** What decides on this machine how long a process lives that has detached itself. */
export interface Surroundings {
  /** The unit of systemd that the process belongs to, `jupyter.service` or `session-3.scope`; null for none. */
  readonly unit: string | null;
  /** Of that unit; null where systemd does not say. */
  readonly killMode: string | null;
  /** Whether what a login started is ended with it; null where nobody says. */
  readonly killUserProcesses: boolean | null;
  readonly lingers: boolean | null;
  readonly socketsInRunUser: boolean;
  readonly isContainer: boolean;
  /** The command of process 1. */
  readonly firstProcess: string | null;
  readonly isUnderHub: boolean;
}

/** @param pid of the supervisor, or of who would start it */
export async function readSurroundings(pid: number, environment: Environment): Promise<Surroundings> {
  const group = readOrNull(`/proc/${pid}/cgroup`) ?? '';
  const unit = unitIn(group);
  const isOfUser = group.includes('/user@');
  const killMode =
    unit?.endsWith('.service') === true
      ? await ask('systemctl', [...(isOfUser ? ['--user'] : []), 'show', '-p', 'KillMode', '--value', unit])
      : null;
  const isLogin = unit?.endsWith('.scope') === true;
  return {
    unit,
    killMode,
    killUserProcesses: isLogin ? await killsUserProcesses() : null,
    lingers: isLogin || isOfUser ? await lingers() : null,
    socketsInRunUser: (environment['XDG_RUNTIME_DIR'] ?? '').startsWith('/run/user/'),
    isContainer:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      environment['KUBERNETES_SERVICE_HOST'] !== undefined,
    firstProcess: readOrNull('/proc/1/comm')?.trim() ?? null,
    isUnderHub: environment['JUPYTERHUB_API_TOKEN'] !== undefined,
  };
}

/** The last unit that a control group's path names (`/proc/PID/cgroup`, both versions of control groups). */
export function unitIn(group: string): string | null {
  const units = group.match(/[^/\n]+\.(?:service|scope)(?=\/|$)/gm) ?? [];
  return units.at(-1) ?? null;
}

async function killsUserProcesses(): Promise<boolean | null> {
  const manager = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];
  const answer = await ask('busctl', ['get-property', ...manager, 'KillUserProcesses']);
  return answer === null ? null : answer.endsWith('true');
}

async function lingers(): Promise<boolean | null> {
  const answer = await ask('loginctl', ['show-user', userInfo().username, '-p', 'Linger', '--value']);
  return answer === null ? null : answer === 'yes';
}

/** Null where there is no such program, or it does not know. */
async function ask(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 3000 });
    return stdout.trim() || null;
  } catch {
    return null; // A machine without systemd, or where it does not run.
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // Not Linux, or a process that has just ended.
  }
}
