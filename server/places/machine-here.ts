import { availableParallelism, freemem, hostname, loadavg, platform, release, totalmem } from 'node:os';
import type { MachineModel } from '../wire/place.ts';

/** The server's own machine now. */
export function machineHere(): MachineModel {
  const cpus = availableParallelism();
  const [load = 0] = loadavg();
  return {
    hostname: hostname(),
    platform: `${platform()} ${release()}`,
    labels: {},
    cpus,
    load: load / cpus,
    memory: totalmem(),
    memoryFree: freemem(),
  };
}
