import type { KernelUsage } from '../../kernel-bridge/places/kernel-usage.ts';

/** In milliseconds: of less, clocks of places and of processors tell too little. */
const SHORTEST = 900;

interface Sample {
  readonly cpuTime: number;
  readonly at: number;
  readonly share: number | null;
}

/** How many processors kernels keep busy: by what they had used when they were last looked at. */
export class ProcessorShares {
  #samples = new Map<string, Sample>();

  /** @returns by kernel id; null for one that is looked at for the first time. Those that are not named are forgotten. */
  shares(usage: ReadonlyMap<string, KernelUsage>, now: number): ReadonlyMap<string, number | null> {
    const samples = new Map<string, Sample>();
    for (const [id, { cpuTime }] of usage) {
      const before = this.#samples.get(id);
      if (before !== undefined && now - before.at < SHORTEST) {
        samples.set(id, before);
        continue;
      }
      // A restarted process begins at nothing.
      const used = before === undefined || cpuTime < before.cpuTime ? null : cpuTime - before.cpuTime;
      const share = used === null || before === undefined ? null : used / ((now - before.at) / 1000);
      samples.set(id, { cpuTime, at: now, share });
    }
    this.#samples = samples;
    return new Map([...samples].map(([id, { share }]) => [id, share]));
  }
}
