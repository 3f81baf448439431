import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KubernetesSettings } from '../../../kernel-bridge/kubernetes/kubernetes-settings.ts';
import { kubernetesKind } from './kubernetes.ts';

const parse = (given: object) => kubernetesKind.schema.safeParse(given);
const read = (given: object) => kubernetesKind.schema.parse(given) as KubernetesSettings;

describe('settings of a place in Kubernetes', () => {
  test('need nothing but an image', () => {
    expect(read({ images: ['one'] })).toMatchObject({
      kubeconfig: null,
      namespace: null,
      serverUrl: null,
      kernelspecs: [{ name: 'python3', language: 'python' }],
      resources: { cpu: { initial: '1', maximum: null }, gpu: { resource: 'nvidia.com/gpu' } },
      podTemplate: {},
    });
  });

  test('take what a form sends where nothing was filled in', () => {
    const given = { images: ['one', ''], namespace: '', context: ' ', imagePullSecrets: [''] };
    expect(read(given)).toMatchObject({
      images: ['one'],
      namespace: null,
      context: null,
      imagePullSecrets: [],
    });
  });

  test('find a kubeconfig in the home folder', () => {
    const { kubeconfig } = read({ images: ['one'], kubeconfig: '~/.kube/other' });
    expect(kubeconfig).toBe(join(homedir(), '.kube/other'));
  });

  test.each([
    [{}, 'images'],
    [{ images: [] }, 'images'],
    [{ images: ['one'], image: 'two' }, ''],
    [{ images: ['one'], kubeconfig: 'relative' }, 'kubeconfig'],
    [{ images: ['one'], serverUrl: 'jupyter.example' }, 'serverUrl'],
    [{ images: ['one'], resources: { memory: { initial: '4GB' } } }, 'resources.memory.initial'],
    [{ images: ['one'], kernelspecs: [{ name: 'A B', displayName: 'x' }] }, 'kernelspecs.0.name'],
  ])('%j is refused, and what of it', (given, field) => {
    const parsed = parse(given);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(field);
  });
});
