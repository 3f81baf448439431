import type { Context } from 'zeromq';
import type { LaunchRequest } from '../kernel.ts';
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
  command(connectionFile: string, sessionPath: string | null): LaunchCommand;
  /** Called once, when there will be no further process. */
  onOver(): void;
}
