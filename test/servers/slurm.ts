import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];
const START_LIMIT = 20_000;

/** A cluster of this machine alone. */
export interface SlurmCluster {
  /** Its slurm.conf, which tells every program of Slurm where it is: `SLURM_CONF`. */
  readonly configuration: string;
  readonly node: string;
  readonly cpus: number;
  /** Runs one of Slurm's programs; resolves with what it printed. */
  command(program: string, ...args: string[]): Promise<string>;
  /** Ends its jobs and itself. Idempotent. */
  stop(): Promise<void>;
}

/** Why no cluster can be started here; null where one can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'a Slurm cluster of one machine takes root';
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
  const missing = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return missing.length === 0
    ? null
    : `${missing.join(', ')} are not installed (Debian: slurmctld slurmd slurm-client munge)`;
}

/**
 * Starts munged, slurmctld and slurmd with a configuration, ports and folder of their own, and two partitions: `debug`,
 * which is the default and has no time limit, and `short`, whose jobs run for a minute at most.
 * @param settings lines of slurm.conf over ours: `{ MaxJobCount: '2' }`
 */
export async function startSlurm(settings: Readonly<Record<string, string>> = {}): Promise<SlurmCluster> {
  // Jobs of other people's accounts read it, too.
  const folder = mkdtempSync(join(tmpdir(), 'itl-slurm-'));
  execFileSync('chmod', ['755', folder]);
  const file = (...names: string[]): string => join(folder, ...names);
  for (const name of ['state', 'spool', 'log']) mkdirSync(file(name));
  mkdirSync(file('munge'), { mode: 0o700 });
  writeFileSync(file('munge', 'key'), randomBytes(128), { mode: 0o400 });
  const node = hostname().split('.')[0] as string;
  const cpus = availableParallelism();
  const configuration = file('slurm.conf');
  const [controllerPort, nodePort] = await freePorts();
  const lines: Record<string, string> = {
    ClusterName: 'loop',
    SlurmctldHost: `${node}(127.0.0.1)`,
    SlurmctldPort: String(controllerPort),
    SlurmdPort: String(nodePort),
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${file('munge.socket')}`,
    CryptoType: 'crypto/munge',
    StateSaveLocation: file('state'),
    SlurmdSpoolDir: file('spool'),
    SlurmctldPidFile: file('slurmctld.pid'),
    SlurmdPidFile: file('slurmd.pid'),
    SlurmctldLogFile: file('log', 'slurmctld.log'),
    SlurmdLogFile: file('log', 'slurmd.log'),
    // Neither systemd nor control groups are to be had in a container.
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SwitchType: 'switch/none',
    MpiDefault: 'none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_Core',
    SchedulerType: 'sched/backfill',
    SchedulerParameters: 'sched_interval=1,batch_sched_delay=0,bf_interval=1',
    JobAcctGatherType: 'jobacct_gather/none',
    AccountingStorageType: 'accounting_storage/none',
    ReturnToService: '2',
    // Far from what its own jobs take: it tells of ended ones for as long.
    MinJobAge: '300',
    KillWait: '3',
    SlurmctldTimeout: '30',
    SlurmdTimeout: '30',
    ...settings,
  };
  const memory = Math.floor(totalmem() / 1024 / 1024) - 1024;
  writeFileSync(
    configuration,
    [
      ...Object.entries(lines).map(([name, value]) => `${name}=${value}`),
      `NodeName=${node} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=${memory} State=UNKNOWN`,
      `PartitionName=debug Nodes=${node} Default=YES MaxTime=INFINITE State=UP`,
      `PartitionName=short Nodes=${node} MaxTime=1 State=UP`,
      '',
    ].join('\n'),
  );
  // 22.05 knows no way to have none.
  writeFileSync(file('cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
  const environment = { ...process.env, SLURM_CONF: configuration };
  const command = async (program: string, ...args: string[]): Promise<string> =>
    (await run(program, args, { env: environment, timeout: 30_000 })).stdout;

  const stopNow = (): void => {
    for (const name of ['slurmd.pid', 'slurmctld.pid', 'munge/pid']) kill(file(name), 'SIGKILL');
    killSteps(folder);
  };
  process.once('exit', stopNow);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // A controller that never answered has no jobs.
    await command('scancel', '--user=root').catch(() => undefined);
    await untilNone(command);
    stopNow();
    process.off('exit', stopNow);
    // What was killed may write its last line.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const cluster: SlurmCluster = { configuration, node, cpus, command, stop: () => (stopping ??= stop()) };
  try {
    await daemon('munged', [
      '--force',
      `--key-file=${file('munge', 'key')}`,
      `--log-file=${file('munge', 'log')}`,
      `--pid-file=${file('munge', 'pid')}`,
      `--seed-file=${file('munge', 'seed')}`,
      `--socket=${file('munge.socket')}`,
    ]);
    await daemon('slurmctld', ['-f', configuration]);
    await daemon('slurmd', ['-f', configuration]);
    await untilIdle(command);
    return cluster;
  } catch (error) {
    const logs = ['slurmctld.log', 'slurmd.log'].map((name) => file('log', name)).filter(existsSync);
    const tails = logs.map((log) => readFileSync(log, 'utf8').slice(-2_000));
    await cluster.stop();
    throw new Error(`Slurm did not start: ${(error as Error).message}\n${tails.join('\n')}`, {
      cause: error,
    });
  }
}

/** Resolves when it has put itself into the background. */
function daemon(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
    );
  });
}

async function untilIdle(command: SlurmCluster['command']): Promise<void> {
  for (const until = Date.now() + START_LIMIT; Date.now() < until; await sleep(100)) {
    const state = await command('sinfo', '-h', '-o', '%t').catch(() => '');
    if (/^idle$/m.test(state)) return;
  }
  throw new Error(`its node was not idle after ${START_LIMIT} ms`);
}

async function untilNone(command: SlurmCluster['command']): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(100))
    if ((await command('squeue', '-h').catch(() => '')) === '') return;
}

function kill(pidFile: string, signal: NodeJS.Signals): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), signal);
  } catch {
    // It never started, or has ended.
  }
}

/** What slurmd started for its jobs outlives it; the socket folder is in each one's arguments or environment. */
function killSteps(folder: string): void {
  const { stdout } = { stdout: execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }) };
  for (const line of stdout.split('\n')) {
    const [, pid, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || args === undefined || Number(pid) === process.pid) continue;
    if (!args.includes(`${folder}/`)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number];
}
