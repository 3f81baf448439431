import { jupyterTimestamp } from '../timestamp.ts';
import type { ExecutionState } from './execution-state.ts';

/** A kernel as REST shows it. */
export interface KernelModel {
  readonly id: string;
  readonly name: string;
  readonly last_activity: string;
  readonly execution_state: string;
  readonly connections: number;
  /** Why its process died last, where it did: what jupyter_server calls the reason for the last failure. */
  readonly reason?: string;
  /** Why its place has not started it yet, for people: a queue's state and reason. Ours alone. */
  readonly waiting?: string;
}

export function kernelModel(
  kernel: {
    readonly id: string;
    readonly name: string;
    readonly connections: number;
    readonly reason: string | null;
    readonly waiting: string | null;
  },
  state: ExecutionState,
): KernelModel {
  const { id, name, connections, reason, waiting } = kernel;
  return {
    id,
    name,
    last_activity: jupyterTimestamp(state.lastActivity),
    execution_state: state.current,
    connections,
    ...(reason !== null && { reason }),
    ...(waiting !== null && { waiting }),
  };
}
