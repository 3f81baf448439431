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
