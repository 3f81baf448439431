import type { RoundPlan } from './round-plan.ts';

/** What a round came to. */
export interface RoundResult {
  readonly plan: RoundPlan;
  /** Something was on its way when the victim was killed. */
  readonly wasInFlight: boolean;
  /** The moment itself was seen to have begun. */
  readonly wasReached: boolean;
  /** What must not be; none, if all is well. */
  readonly faults: readonly string[];
  /** Printed by the kernel. */
  readonly lines: number;
  /** Printed, and never handed over by a victim that could: a kernel, or what holds the kernels. */
  readonly linesLost: number;
  readonly bytesLost: number;
  /** Recorded, and died with what should have run it. */
  readonly isRequestLost: boolean;
  readonly cellsMissing: number;
  readonly cellsDoubled: number;
}
