import type { V1ContainerStateTerminated, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { isPodOver, podEnd, podWarning } from './pod-end.ts';

function pod(status: V1PodStatus, memory?: string): V1Pod {
  const resources = memory === undefined ? {} : { resources: { limits: { memory } } };
  return { spec: { containers: [{ name: 'kernel', ...resources }], nodeName: 'n1' }, status };
}
const terminated = (state: V1ContainerStateTerminated): V1PodStatus => ({
  phase: 'Failed',
  containerStatuses: [
    { name: 'kernel', image: 'x', imageID: '', ready: false, restartCount: 0, state: { terminated: state } },
  ],
});
const explain = (of: V1Pod, isDeleted = false) =>
  podEnd({ pod: of, isDeleted, events: [], log: null }).explanation;

test('out of memory is explained by the limit that it had', () => {
  const exit = podEnd({
    pod: pod(terminated({ reason: 'OOMKilled', exitCode: 137 }), '4Gi'),
    isDeleted: false,
    events: [],
    log: 'last words\n',
  });
  expect(exit).toMatchObject({ exitCode: 137, outOfMemory: 'counted', stderrTail: 'last words\n' });
  expect(exit.explanation).toBe(
    'Kubernetes ended it because it needed more than the 4Gi of memory that its pod may use (OOMKilled).',
  );
});

test.each([
  [
    pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }),
    'Kubernetes says Evicted: The node was low on resource: memory.',
  ],
  [
    pod({
      phase: 'Failed',
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: 'default-scheduler: preempting to accommodate a higher priority pod',
        },
      ],
    }),
    'Kubernetes gave its place to a pod of higher priority (preempted): default-scheduler: preempting to accommodate a higher priority pod.',
  ],
  [
    pod({
      phase: 'Failed',
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }],
    }),
    'its node was lost or is being emptied, and Kubernetes took the pod from it.',
  ],
  [
    pod({ phase: 'Failed', reason: 'NodeLost', message: 'Node n1 is unresponsive' }),
    'Kubernetes says NodeLost: Node n1 is unresponsive.',
  ],
  [pod(terminated({ exitCode: 1, reason: 'Error' })), "the pod's container ended with exit code 1 (Error)."],
  [pod({ phase: 'Failed' }), 'its pod is Failed, and Kubernetes does not say why.'],
])('an end is explained in the words of Kubernetes (%#)', (of, text) => expect(explain(of)).toBe(text));

test('a pod that was deleted says that nobody keeps who did it, unless Kubernetes does', () => {
  expect(explain(pod({ phase: 'Running' }), true)).toContain('somebody deleted its pod');
  const evicted = pod({
    phase: 'Running',
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }],
  });
  expect(explain(evicted, true)).toBe('Kubernetes evicted it, as when a node is drained.');
});

test('a pod is over with its container, whatever its sidecars do', () => {
  expect(isPodOver(pod({ phase: 'Running' }))).toBe(false);
  expect(isPodOver(pod({ ...terminated({ exitCode: 0 }), phase: 'Running' }))).toBe(true);
  expect(isPodOver(pod({ phase: 'Failed' }))).toBe(true);
});

test('warns of a deletion that has begun, and of a node that is silent', () => {
  expect(podWarning(pod({ phase: 'Running' }))).toBeNull();
  const deleted = { ...pod({ phase: 'Running' }), metadata: { deletionTimestamp: new Date() } };
  expect(podWarning(deleted)).toContain('is being deleted');
  const silent = pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'Unknown' }] });
  expect(podWarning(silent)).toContain('lost touch with the node n1');
});
