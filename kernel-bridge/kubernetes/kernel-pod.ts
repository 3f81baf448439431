import type { V1Pod, V1Secret } from '@kubernetes/client-node';
import { labelValue } from './label-value.ts';
import { mergeTemplate } from './merge-template.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';

/** Of the container that the kernel runs in; a `podTemplate` changes it by this name. */
export const CONTAINER = 'kernel';
/** By this its server finds its pods, and others leave them alone. */
export const SERVER_LABEL = 'in-the-loop/server';
export const KERNEL_LABEL = 'in-the-loop/kernel';
const NOTEBOOK_LABEL = 'in-the-loop/notebook';
const KEY = 'key';

/** What one pod is made for. */
export interface PodPurpose {
  readonly kernelId: string;
  /** This server's id of its own making. */
  readonly serverId: string;
  /** Path of the document; null where there is none. */
  readonly notebook: string | null;
  /** Where its supervisor dials in. */
  readonly url: string;
  readonly image: string;
  readonly cpu: string | null;
  readonly memory: string | null;
  readonly gpu: string | null;
}

/** The name of a kernel's pod, and of the Secret with its key. */
export function podName(kernelId: string): string {
  return `kernel-${kernelId}`;
}

/** What its supervisor keeps there. */
export function stateInPod(kernelId: string): string {
  return `/tmp/in-the-loop-${kernelId}`;
}

/**
 * The pod of one kernel. What the template lays over it may change anything but its name and labels, by which it is found
 * again.
 */
export function kernelPod(settings: KubernetesSettings, purpose: PodPurpose): V1Pod {
  const { apiVersion, kind } = { apiVersion: 'v1', kind: 'Pod' };
  const base = { apiVersion, kind, metadata: metadataOf(purpose), spec: specOf(settings, purpose) };
  const merged = mergeTemplate(base, settings.podTemplate) as typeof base;
  return mergeTemplate(merged, { apiVersion, kind, metadata: metadataOf(purpose) }) as V1Pod;
}

/** The key goes into a Secret: whoever may see pods need not see it (I10). */
export function kernelSecret(purpose: PodPurpose, key: string): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(purpose),
    type: 'Opaque',
    stringData: { [KEY]: key },
  };
}

function metadataOf({ kernelId, serverId, notebook }: PodPurpose): NonNullable<V1Pod['metadata']> {
  return {
    name: podName(kernelId),
    labels: {
      'app.kubernetes.io/name': 'in-the-loop-kernel',
      'app.kubernetes.io/managed-by': 'in-the-loop',
      [SERVER_LABEL]: serverId,
      [KERNEL_LABEL]: kernelId,
      ...(notebook !== null && { [NOTEBOOK_LABEL]: labelValue(notebook) }),
    },
    // Labels hold no slashes and few letters: what it says in full is for people.
    ...(notebook !== null && { annotations: { [NOTEBOOK_LABEL]: notebook } }),
  };
}

function specOf(settings: KubernetesSettings, purpose: PodPurpose): object {
  const { serviceAccountName, imagePullSecrets, nodeSelector, tolerations } = settings;
  const claims = Object.entries(settings.persistentVolumeClaims);
  const volumes = [
    ...claims.map(([name]) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...settings.volumes,
  ];
  return {
    // Another process would have none of the variables: its end is told, and a person starts the next.
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 10,
    enableServiceLinks: false,
    // Code in cells is no business of the cluster's API, unless an account was named for it.
    ...(serviceAccountName === null
      ? { automountServiceAccountToken: false }
      : { serviceAccountName, automountServiceAccountToken: true }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(volumes.length > 0 && { volumes }),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: [containerOf(settings, purpose)],
  };
}

function containerOf(settings: KubernetesSettings, purpose: PodPurpose): object {
  const mounts = [
    ...Object.entries(settings.persistentVolumeClaims).map(([name, mountPath]) => ({ name, mountPath })),
    ...settings.volumeMounts,
  ];
  const amounts = {
    ...(purpose.cpu !== null && { cpu: purpose.cpu }),
    ...(purpose.memory !== null && { memory: purpose.memory }),
    ...(purpose.gpu !== null &&
      settings.resources.gpu !== null && { [settings.resources.gpu.resource]: purpose.gpu }),
  };
  return {
    name: CONTAINER,
    image: purpose.image,
    // Behind the image's own entry point, which often is an init that lays processes to rest.
    args: [
      ...['in-the-loop', 'agent', '--server', purpose.url, '--until-idle'],
      // The home folder may be a volume that several pods have.
      ...['--state', stateInPod(purpose.kernelId)],
    ],
    env: [
      {
        name: 'IN_THE_LOOP_AGENT_KEY',
        valueFrom: { secretKeyRef: { name: podName(purpose.kernelId), key: KEY } },
      },
    ],
    ...(settings.workingDirectory !== null && { workingDir: settings.workingDirectory }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    // As much as was asked for, and no more: what a node has left over at one time is missing at another.
    ...(Object.keys(amounts).length > 0 && { resources: { requests: amounts, limits: amounts } }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    // What it wrote last is then part of the pod's state.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}
