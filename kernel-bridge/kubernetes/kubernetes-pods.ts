import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelExit } from '../kernel.ts';
import type { Cluster } from './cluster.ts';
import { isGone } from './cluster-error.ts';
import type { ListSource } from './followed-list.ts';
import { CONTAINER, kernelPod, kernelSecret, podName, type PodPurpose, SERVER_LABEL } from './kernel-pod.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import { podEnd } from './pod-end.ts';

const LOG_LINES = 50;

/** The pods of this server's kernels, and their Secrets. */
export class KubernetesPods {
  readonly #cluster: Cluster;
  readonly #settings: KubernetesSettings;
  readonly #serverId: string;
  readonly #log: KernelLog;

  constructor(cluster: Cluster, settings: KubernetesSettings, serverId: string, log: KernelLog) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#serverId = serverId;
    this.#log = log;
  }

  /**
   * Makes a pod, with the Secret that it needs. That comes first, since a container is not started without it, and is owned
   * by the pod afterwards: it goes with it, whoever deletes that.
   * @throws ClusterError with nothing left behind
   */
  async create(purpose: Omit<PodPurpose, 'serverId'>, key: string): Promise<V1Pod> {
    const full = { ...purpose, serverId: this.#serverId };
    const name = podName(purpose.kernelId);
    try {
      await this.#cluster.call((core, namespace) =>
        core.createNamespacedSecret({ namespace, body: kernelSecret(full, key) }),
      );
      const pod = await this.#cluster.call((core, namespace) =>
        core.createNamespacedPod({ namespace, body: kernelPod(this.#settings, full) }),
      );
      const owner = { apiVersion: 'v1', kind: 'Pod', name, uid: pod.metadata?.uid ?? '' };
      await this.#cluster.call((core, namespace) =>
        core.patchNamespacedSecret({
          name,
          namespace,
          // The library sends what it is given as a JSON Patch.
          body: [{ op: 'add', path: '/metadata/ownerReferences', value: [owner] }],
        }),
      );
      return pod;
    } catch (error) {
      await this.remove(purpose.kernelId);
      throw error;
    }
  }

  /**
   * Deletes a kernel's pod and Secret.
   * @returns whether they are gone; why not is told to the log
   */
  async remove(kernelId: string): Promise<boolean> {
    const name = podName(kernelId);
    const deleted = await Promise.allSettled([
      this.#cluster.call((core, namespace) => core.deleteNamespacedPod({ name, namespace })),
      this.#cluster.call((core, namespace) => core.deleteNamespacedSecret({ name, namespace })),
    ]);
    const failed = deleted.filter((result) => result.status === 'rejected' && !isGone(result.reason));
    for (const { reason } of failed as PromiseRejectedResult[])
      this.#log.warn({ kernelId, reason: String(reason) }, "a kernel's pod could not be deleted");
    return failed.length === 0;
  }

  /** Why a pod is over. */
  async explain(kernelId: string, pod: V1Pod | null, isDeleted: boolean): Promise<KernelExit> {
    const [events, log] = await Promise.all([this.#events(kernelId), this.log(kernelId)]);
    return podEnd({ pod: pod ?? {}, isDeleted, events, log });
  }

  /** What a kernel's container printed last; null where it cannot be had, as of a pod that is gone. */
  async log(kernelId: string): Promise<string | null> {
    return this.#cluster
      .call((core, namespace) =>
        core.readNamespacedPodLog({
          name: podName(kernelId),
          namespace,
          container: CONTAINER,
          tailLines: LOG_LINES,
        }),
      )
      .catch(() => null);
  }

  /** Those of this server. */
  get source(): ListSource<V1Pod> {
    const labelSelector = `${SERVER_LABEL}=${this.#serverId}`;
    return {
      list: async () => {
        const { items, metadata } = await this.#cluster.call((core, namespace) =>
          core.listNamespacedPod({ namespace, labelSelector }),
        );
        return { items, resourceVersion: metadata?.resourceVersion ?? '' };
      },
      watch: (resourceVersion, listener, signal) => {
        const query = { labelSelector, resourceVersion, allowWatchBookmarks: 'true' };
        return this.#cluster.watch('pods', query, listener, signal);
      },
    };
  }

  /** What is told of one pod. */
  eventsOf(kernelId: string): ListSource<CoreV1Event> {
    const fieldSelector = eventsOfPod(kernelId);
    return {
      list: async () => {
        const { items, metadata } = await this.#cluster.call((core, namespace) =>
          core.listNamespacedEvent({ namespace, fieldSelector }),
        );
        return { items, resourceVersion: metadata?.resourceVersion ?? '' };
      },
      watch: (resourceVersion, listener, signal) => {
        const query = { fieldSelector, resourceVersion, allowWatchBookmarks: 'true' };
        return this.#cluster.watch('events', query, listener, signal);
      },
    };
  }

  async #events(kernelId: string): Promise<readonly CoreV1Event[]> {
    try {
      return (await this.eventsOf(kernelId).list()).items;
    } catch {
      return []; // The pod itself says most of it.
    }
  }
}

function eventsOfPod(kernelId: string): string {
  return `involvedObject.kind=Pod,involvedObject.name=${podName(kernelId)}`;
}
