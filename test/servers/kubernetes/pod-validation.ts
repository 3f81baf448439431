import type { Stored } from './object-store.ts';
import { type Status, statusOf } from './status.ts';

interface Container {
  readonly name?: string;
  readonly image?: string;
}

/** The faults of a pod that tests make, as Kubernetes words them; null for one that is in order. */
export function invalidPod(pod: Stored): Status | null {
  const { containers = [] } = (pod['spec'] ?? {}) as { readonly containers?: readonly Container[] };
  const fault = (what: string): Status =>
    statusOf(422, 'Invalid', `Pod ${JSON.stringify(pod.metadata.name)} is invalid: ${what}`);
  if (containers.length === 0) return fault('spec.containers: Required value');
  const at = containers.findIndex(({ image }) => image === undefined || image === '');
  return at === -1 ? null : fault(`spec.containers[${at}].image: Required value`);
}
