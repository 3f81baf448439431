import { availableParallelism, freemem, homedir, hostname, loadavg, totalmem } from 'node:os';
import { readFile } from 'node:fs/promises';
import type { KernelspecFinder } from '../kernelspecs/kernelspec.ts';
import type { AgentMachine } from './agent-protocol.ts';

export interface MachineOptions {
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly runtimeDirectory: string;
  readonly pythonPrefix: string;
  readonly kernelspecs: KernelspecFinder;
}

/** This machine, as the server's people see it. */
export async function describeMachine(options: MachineOptions): Promise<AgentMachine> {
  const { name, labels, runtimeDirectory, pythonPrefix, kernelspecs } = options;
  const cpus = availableParallelism();
  return {
    name: name ?? hostname(),
    hostname: hostname(),
    platform: `${process.platform} ${process.arch}`,
    labels,
    cpus,
    load: Math.round(((loadavg()[0] ?? 0) / cpus) * 100) / 100,
    memory: totalmem(),
    memoryFree: (await availableMemory()) ?? freemem(),
    homeDirectory: homedir(),
    runtimeDirectory,
    pythonPrefix,
    kernelspecs: await kernelspecs.list(),
  };
}

/** What programs can have, caches included; what is free of all use is far less on Linux. */
async function availableMemory(): Promise<number | null> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
