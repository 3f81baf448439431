import type { CoreV1Event, V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import { type KernelExit, UNSEEN_EXIT } from '../kernel.ts';
import { CONTAINER } from './kernel-pod.ts';

/** Who takes pods away, as the condition DisruptionTarget names it (kubernetes.io/docs/concepts/workloads/pods/disruptions). */
const DISRUPTIONS: Readonly<Record<string, string>> = {
  PreemptionByScheduler: 'Kubernetes gave its place to a pod of higher priority (preempted)',
  DeletionByTaintManager: 'its node was lost or is being emptied, and Kubernetes took the pod from it',
  EvictionByEvictionAPI: 'Kubernetes evicted it, as when a node is drained',
  DeletionByPodGC: 'its node is gone from the cluster',
  TerminationByKubelet: 'its node ended it, to keep what it has for more important pods or to shut down',
};
/** Ends with which nothing is the kernel's own doing. */
const TOLD_BY_POD = new Set([
  'Evicted',
  'NodeLost',
  'Preempting',
  'UnexpectedAdmissionError',
  'NodeShutdown',
]);

export interface PodEnd {
  readonly pod: V1Pod;
  /** Its object is gone from the cluster: somebody deleted it. */
  readonly isDeleted: boolean;
  /** Of the pod, oldest first, as far as they are known. */
  readonly events: readonly CoreV1Event[];
  /** What its container printed last, null where it cannot be had. */
  readonly log: string | null;
}

/** Why a pod is over, for people and for the record. */
export function podEnd({ pod, isDeleted, events, log }: PodEnd): KernelExit {
  const terminated = terminatedOf(pod);
  const isOutOfMemory = terminated?.reason === 'OOMKilled';
  return {
    ...UNSEEN_EXIT,
    exitCode: terminated?.exitCode ?? null,
    outOfMemory: isOutOfMemory ? 'counted' : null,
    stderrTail: log ?? terminated?.message ?? '',
    explanation: `${explanation(pod, isDeleted, terminated, events)}.`,
  };
}

/** Whether all of the pod that matters has ended: it will not run (again). */
export function isPodOver(pod: V1Pod): boolean {
  const { phase } = pod.status ?? {};
  return phase === 'Failed' || phase === 'Succeeded' || terminatedOf(pod) !== null;
}

/** What will become of a pod that still runs, null where nothing is announced. */
export function podWarning(pod: V1Pod): string | null {
  if (pod.metadata?.deletionTimestamp !== undefined)
    return `The pod of this kernel is being deleted: ${whoDeleted(pod)}.`;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  // Kubernetes marks pods so whose node it hears nothing of; the kernel may well be running.
  if (pod.status?.reason === 'NodeLost' || ready?.status === 'Unknown')
    return `Kubernetes has lost touch with the node ${pod.spec?.nodeName ?? ''} that this kernel runs on. It may come back, or the pod will be given up.`;
  return null;
}

function explanation(
  pod: V1Pod,
  isDeleted: boolean,
  terminated: V1ContainerStateTerminated | null,
  events: readonly CoreV1Event[],
): string {
  const { reason, message } = pod.status ?? {};
  if (terminated?.reason === 'OOMKilled') {
    const limit = pod.spec?.containers.find(({ name }) => name === CONTAINER)?.resources?.limits?.['memory'];
    const bound =
      limit === undefined
        ? 'the memory of its node ran out'
        : `it needed more than the ${limit} of memory that its pod may use`;
    return `Kubernetes ended it because ${bound} (OOMKilled)`;
  }
  if (reason !== undefined && TOLD_BY_POD.has(reason)) return said(reason, message);
  const disruption = disruptionOf(pod);
  if (disruption !== null) return disruption;
  if (isDeleted || pod.metadata?.deletionTimestamp !== undefined) return whoDeleted(pod);
  if (reason !== undefined) return said(reason, message);
  const last = events.findLast(({ type }) => type === 'Warning');
  if (last?.reason !== undefined) return said(last.reason, last.message);
  if (terminated !== null)
    return `the pod's container ended with exit code ${terminated.exitCode}${terminated.reason === undefined ? '' : ` (${terminated.reason})`}`;
  return `its pod is ${pod.status?.phase ?? 'over'}, and Kubernetes does not say why`;
}

/** Kubernetes keeps no names of those who delete: that is in the audit log, if anywhere. */
function whoDeleted(pod: V1Pod): string {
  return (
    disruptionOf(pod) ??
    'somebody deleted its pod, or a controller did; who is in the audit log of the cluster, if it keeps one'
  );
}

function disruptionOf(pod: V1Pod): string | null {
  const target = pod.status?.conditions?.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  if (target === undefined) return null;
  const words =
    DISRUPTIONS[target.reason ?? ''] ??
    `Kubernetes disrupted its pod (${target.reason ?? 'without a reason'})`;
  return target.message === undefined || target.message === ''
    ? words
    : `${words}: ${trimmed(target.message)}`;
}

function terminatedOf(pod: V1Pod): V1ContainerStateTerminated | null {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER);
  return status?.state?.terminated ?? null;
}

function said(reason: string, message: string | undefined): string {
  return message === undefined || message === ''
    ? `Kubernetes says ${reason}`
    : `Kubernetes says ${reason}: ${trimmed(message)}`;
}

/** Sentences end once. */
function trimmed(message: string): string {
  return message.trim().replace(/\.+$/, '');
}
