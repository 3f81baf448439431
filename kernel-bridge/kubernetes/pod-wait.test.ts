import type { CoreV1Event, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { podWait } from './pod-wait.ts';

function pod(status: V1PodStatus, nodeName?: string): V1Pod {
  return { spec: { containers: [], ...(nodeName !== undefined && { nodeName }) }, status };
}
const waiting = (reason: string, message?: string) => ({
  phase: 'Pending',
  containerStatuses: [
    {
      name: 'kernel',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { waiting: { reason, ...(message !== undefined && { message }) } },
    },
  ],
});

test.each([
  [pod({}), null, 'The pod of this kernel waits for a node of the cluster.', 'none'],
  [pod({ phase: 'Pending' }, 'n1'), null, 'The pod of this kernel is being started on the node n1.', 'none'],
  [
    pod({
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        },
      ],
    }),
    null,
    'Kubernetes: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.',
    'none',
  ],
  [
    pod(waiting('ContainerCreating'), 'n1'),
    { reason: 'Pulling', message: 'Pulling image "big:1"' },
    'Kubernetes: Pulling: Pulling image "big:1"',
    'none',
  ],
  [
    pod(waiting('ImagePullBackOff', 'Back-off pulling image "nowhere:1"'), 'n1'),
    null,
    'Kubernetes: ImagePullBackOff: Back-off pulling image "nowhere:1"',
    'image',
  ],
  [
    pod(waiting('InvalidImageName', 'couldn\'t parse image reference "A B"')),
    null,
    'Kubernetes: InvalidImageName: couldn\'t parse image reference "A B"',
    'hopeless',
  ],
  [
    pod(waiting('CreateContainerConfigError', 'secret "x" not found')),
    null,
    'Kubernetes: CreateContainerConfigError: secret "x" not found',
    'none',
  ],
] as const)('says why a pod waits, as Kubernetes words it (%#)', (state, event, text, trouble) => {
  expect(podWait(state, event as CoreV1Event | null)).toEqual({ text, trouble });
});

test('says nothing of a pod that runs', () => {
  expect(podWait(pod({ phase: 'Running' }), null)).toBeNull();
  expect(podWait(pod({ phase: 'Failed' }), null)).toBeNull();
});
