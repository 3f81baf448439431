import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import { CONTAINER } from './kernel-pod.ts';

/** Why a pod does not run yet. */
export interface PodWait {
  /** In Kubernetes' own words, as far as it says any. */
  readonly text: string;
  /** `image`: as things are, it never will, and is not waited for as long as for a place in the cluster. */
  readonly trouble: 'none' | 'image' | 'hopeless';
}

/** Reasons with which a container stays as it is until somebody changes the pod or the cluster. */
const IMAGE_TROUBLE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ImageInspectError',
]);
const HOPELESS = new Set(['InvalidImageName', 'ErrImageNeverPull']);
/** What Kubernetes says of any container at first: an event tells more. */
const SAYS_NOTHING = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * @param event the pod's latest
 * @returns null for a pod that runs, or has ended
 */
export function podWait(pod: V1Pod, event: CoreV1Event | null): PodWait | null {
  const { phase = 'Pending', conditions = [], containerStatuses = [] } = pod.status ?? {};
  if (phase !== 'Pending') return null;
  const waiting = containerStatuses.find(({ name }) => name === CONTAINER)?.state?.waiting;
  if (waiting?.reason !== undefined && !SAYS_NOTHING.has(waiting.reason)) {
    const { reason, message } = waiting;
    const trouble = HOPELESS.has(reason) ? 'hopeless' : IMAGE_TROUBLE.has(reason) ? 'image' : 'none';
    return { text: said(reason, message), trouble };
  }
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { text: said(scheduled.reason ?? 'Unschedulable', scheduled.message), trouble: 'none' };
  if (event !== null) return { text: said(event.reason ?? 'Pending', event.message), trouble: 'none' };
  const node = pod.spec?.nodeName;
  const text =
    node === undefined ? 'waits for a node of the cluster.' : `is being started on the node ${node}.`;
  return { text: `The pod of this kernel ${text}`, trouble: 'none' };
}

function said(reason: string, message: string | undefined): string {
  return `Kubernetes: ${reason}${message === undefined || message === '' ? '' : `: ${message}`}`;
}
