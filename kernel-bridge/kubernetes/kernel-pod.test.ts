import { expect, test } from 'vitest';
import { plainSettings } from '../../test/doubles/pods-at-work.ts';
import { kernelPod } from './kernel-pod.ts';

const purpose = {
  kernelId: 'k',
  serverId: 's',
  notebook: null,
  url: 'https://server.example/base/',
  image: 'image:1',
  cpu: null,
  memory: null,
  gpu: null,
};

test('a pod of plain settings runs the agent, without a token of the cluster and without privileges', () => {
  const { spec } = kernelPod(plainSettings, purpose);
  expect(spec).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
  const [container] = spec?.containers ?? [];
  expect(container).toMatchObject({
    name: 'kernel',
    image: 'image:1',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  expect(container?.args?.slice(0, 5)).toEqual([
    'in-the-loop',
    'agent',
    '--server',
    'https://server.example/base/',
    '--until-idle',
  ]);
  expect(container).not.toHaveProperty('resources');
  expect(container).not.toHaveProperty('command');
});

test('settings become fields of the pod', () => {
  const settings = {
    ...plainSettings,
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'gpu', operator: 'Exists' }],
    volumes: [{ name: 'scratch', emptyDir: {} }],
    volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    persistentVolumeClaims: { datasets: '/data' },
    serviceAccountName: 'reader',
    imagePullSecrets: ['registry'],
    workingDirectory: '/data',
  };
  const { spec } = kernelPod(settings, purpose);
  expect(spec).toMatchObject({
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'gpu' }],
    volumes: [
      { name: 'datasets', persistentVolumeClaim: { claimName: 'datasets' } },
      { name: 'scratch', emptyDir: {} },
    ],
    serviceAccountName: 'reader',
    automountServiceAccountToken: true,
    imagePullSecrets: [{ name: 'registry' }],
  });
  expect(spec?.containers[0]).toMatchObject({
    workingDir: '/data',
    volumeMounts: [
      { name: 'datasets', mountPath: '/data' },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  });
});

test('a template is laid over all but what the pod is found by', () => {
  const podTemplate = {
    metadata: { name: 'mine', labels: { team: 'physics', 'in-the-loop/kernel': 'another' } },
    spec: {
      priorityClassName: 'interactive',
      containers: [{ name: 'kernel', imagePullPolicy: 'Always', env: [{ name: 'A', value: 'b' }] }],
    },
  };
  const pod = kernelPod({ ...plainSettings, podTemplate }, purpose);
  expect(pod.metadata).toMatchObject({
    name: 'kernel-k',
    labels: { team: 'physics', 'in-the-loop/kernel': 'k' },
  });
  expect(pod.spec?.priorityClassName).toBe('interactive');
  const [container] = pod.spec?.containers ?? [];
  expect(container?.imagePullPolicy).toBe('Always');
  expect(container?.env?.map(({ name }) => name)).toEqual(['IN_THE_LOOP_AGENT_KEY', 'A']);
});
