import type { KernelLimits } from '../kernel.ts';

export const NO_LIMITS: KernelLimits = {
  softMemory: null,
  memory: null,
  cpuTime: null,
  wallTime: null,
  idleTime: null,
};

export function limitsAnything(limits: KernelLimits | undefined): limits is KernelLimits {
  return limits !== undefined && Object.values(limits).some((limit) => limit !== null);
}

/** Whoever may set limits may make them narrower than others did, never wider. */
export function strictestLimits(...all: readonly KernelLimits[]): KernelLimits {
  const least = (name: keyof KernelLimits): number | null => {
    const set = all.flatMap((limits) => limits[name] ?? []);
    return set.length === 0 ? null : Math.min(...set);
  };
  return {
    softMemory: least('softMemory'),
    memory: least('memory'),
    cpuTime: least('cpuTime'),
    wallTime: least('wallTime'),
    idleTime: least('idleTime'),
  };
}
