import type { Context } from 'zeromq';
import type { LaunchRequest } from '../kernel.ts';
import { LimitedProcess, type LimitedProcessPlan } from '../limits/limited-process.ts';
import { FRESH } from '../limits/limit-watch.ts';
import { limitsAnything } from '../limits/strictest-limits.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import type { ZmqConnectionListener } from '../zmq/zmq-connection.ts';
import type { KernelRecord } from './kernel-record.ts';
import type { KernelRun, RunPlan } from './kernel-run.ts';
import type { LaunchCommand } from '../kernelspecs/launch-command.ts';
import type { KernelAddress } from './kernel-address.ts';
import type { KernelFolder } from './kernel-folder.ts';
import type { KernelLog } from './kernel-log.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';
import type { TransportChoice } from './transport-choice.ts';

/** What a launcher gives a kernel to live on. */
export interface LocalKernelPlan {
  readonly request: LaunchRequest;
  readonly address: KernelAddress;
  readonly folder: KernelFolder;
  readonly context: Context;
  readonly transports: TransportChoice;
  readonly kills: OutOfMemoryKills;
  /** How long a kernel may take to make its ipc sockets before tcp is tried, in milliseconds. */
  readonly ipcPatience: number;
  readonly log: KernelLog;
  command(request: LaunchRequest, connectionFile: string, sessionPath: string | null): LaunchCommand;
  /** Called once, when there will be no further process. */
  onOver(): void;
}

/** How a process of the kernel is connected to. */
export function runPlan(
  { context, folder, kills, request }: LocalKernelPlan,
  info: ConnectionInfo,
  listener: ZmqConnectionListener,
): RunPlan {
  const interruptMode = request.kernelspec.spec.interrupt_mode;
  return { context, info, interruptMode, sources: { output: folder.output, kills }, listener };
}

/**
 * How a process of the kernel is held to its limits; null where it has none.
 * @param record the one of a process that was found
 * @param anew when it began to be somebody's, in milliseconds since the epoch: nothing before that counts
 */
export function limitedProcess(
  { request, folder, log }: LocalKernelPlan,
  run: KernelRun,
  record: KernelRecord | null,
  effects: Pick<LimitedProcessPlan, 'tell' | 'onTimeUp'>,
  anew?: number,
): LimitedProcess | null {
  const { limits, kernelId } = request;
  const found = anew === undefined ? record : null;
  if (!limitsAnything(limits)) return null;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      log.warn({ kernelId, reason: (error as Error).message }, 'a limit of a kernel could not be kept to');
    }
  };
  const limited = new LimitedProcess({
    ...effects,
    pid: run.process.pid,
    startedAt: anew ?? run.process.startedAt,
    limits,
    state: found?.limitState ?? FRESH,
    isFound: found !== null,
    interrupt: () => attempt(() => run.interrupt()),
    kill: () => run.process.signal('SIGKILL'),
    onState: (limitState) => attempt(() => folder.amend({ limitState })),
    onUnset: (reason) => log.debug({ kernelId, reason }, 'the limit of processor time is watched only'),
  });
  if (found !== null)
    void run.connection.finished().then((finished) => {
      if (finished) limited.settle();
    });
  return limited;
}
