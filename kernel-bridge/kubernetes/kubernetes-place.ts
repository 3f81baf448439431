import { join } from 'node:path';
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { DialIn, DialInDesk } from '../far/dial-in.ts';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { type KernelUsage, usageOfAll } from '../places/kernel-usage.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import type { Place, ResourceForm } from '../places/place.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import { checkCluster } from './check-cluster.ts';
import { Cluster } from './cluster.ts';
import { placeErrorOf } from './cluster-error.ts';
import { dialAddress } from '../far/dial-address.ts';
import { FollowedList, type ListListener } from './followed-list.ts';
import { KERNEL_LABEL } from './kernel-pod.ts';
import { KubernetesPods } from './kubernetes-pods.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import { PodKernel, type PodTimes } from './pod-kernel.ts';
import { podKernelspecs, requestInPod } from './pod-kernelspecs.ts';
import { PodRecords } from './pod-records.ts';
import { chooseResources, podResourceForm } from './pod-resources.ts';

const TIMES: PodTimes = { image: 300_000, dialIn: 120_000, ending: 10_000 };
/** A dial-in that is expected of nobody: its address is what a check shows to the cluster. */
const CHECK = 'check';

export interface KubernetesPlaceOptions {
  readonly id: string;
  readonly settings: KubernetesSettings;
  readonly log: KernelLog;
  /** For its records. */
  readonly folder: string;
  readonly desk: DialInDesk;
  readonly times?: PodTimes;
}

interface HeldKernel {
  readonly kernel: PodKernel;
  /** Follows what is told of its pod while it waits. */
  readonly events: FollowedList<CoreV1Event> | null;
}

/** A namespace of a Kubernetes cluster: each kernel has a pod of its own, whose supervisor dials in. */
export class KubernetesPlace implements Place {
  readonly capabilities: PlaceCapabilities = { resume: true, limits: true, restart: true, pause: true };
  readonly #settings: KubernetesSettings;
  readonly #log: KernelLog;
  readonly #desk: DialInDesk;
  readonly #times: PodTimes;
  readonly #cluster: Cluster;
  readonly #records: PodRecords;
  readonly #pods: KubernetesPods;
  readonly #kernels = new Map<string, HeldKernel>();
  /** Pods that could not be deleted: tried again when the cluster answers. */
  readonly #unwanted = new Set<string>();
  /** Of pods whose making is not answered yet, the last that was heard. */
  readonly #coming = new Map<string, ((kernel: PodKernel) => void) | null>();
  #following: FollowedList<V1Pod> | null = null;
  #closing: Promise<void> | null = null;

  constructor({ settings, log, folder, desk, times = TIMES }: KubernetesPlaceOptions) {
    this.#settings = settings;
    this.#log = log;
    this.#desk = desk;
    this.#times = times;
    this.#cluster = new Cluster(settings);
    // Beside what else is kept of a place.
    this.#records = new PodRecords(join(folder, 'pods'), log);
    this.#pods = new KubernetesPods(this.#cluster, settings, this.#records.serverId, log);
  }

  get found(): readonly FoundKernel[] {
    return this.#records.all
      .filter(({ kernelId }) => !this.#kernels.has(kernelId))
      .map((request) => ({ request, pid: null, isOver: false, isAway: true }));
  }

  async kernelspecs(): Promise<readonly Kernelspec[]> {
    try {
      // Those of the settings, if anything can be started there now.
      await this.#cluster.call((core, namespace) => core.listNamespacedPod({ namespace, limit: 1 }));
    } catch (error) {
      throw placeErrorOf(error);
    }
    this.#follow();
    return podKernelspecs(this.#settings);
  }

  async check(step: (text: string) => void): Promise<void> {
    const dialIn = this.#desk.expect(CHECK);
    const about = { serverId: this.#records.serverId, url: this.#address(dialIn) };
    dialIn.close();
    await checkCluster(this.#cluster, this.#settings, about, step);
  }

  resourceForm(): Promise<ResourceForm | null> {
    return Promise.resolve(podResourceForm(this.#settings));
  }

  async launch(
    request: LaunchRequest,
    resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    const { kernelId, sessionPath: notebook } = request;
    const chosen = chooseResources(this.#settings, resources);
    const dialIn = this.#desk.expect(kernelId);
    // Before there is a pod: one that has no record is nobody's, and deleted.
    this.#records.write(request);
    const purpose = { kernelId, notebook, url: this.#address(dialIn), ...chosen };
    this.#coming.set(kernelId, null);
    const pod = await this.#pods.create(purpose, dialIn.key).catch((error: unknown) => {
      this.#coming.delete(kernelId);
      this.#records.remove(kernelId);
      dialIn.close();
      throw placeErrorOf(error);
    });
    const kernel = this.#hold(request, dialIn, 0, listener);
    kernel.podChanged(pod);
    const heard = this.#coming.get(kernelId);
    this.#coming.delete(kernelId);
    heard?.(kernel);
    this.#follow();
    return kernel;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const request = this.#records.get(kernelId);
    if (request === undefined || this.#kernels.has(kernelId))
      throw new TypeError(`kernel ${kernelId} was not found`);
    const kernel = this.#hold(request, this.#desk.expect(kernelId), after, listener);
    // What is gone meanwhile is seen once the pods are listed.
    this.#following?.tryNow();
    this.#follow();
    return kernel;
  }

  reconnect(): void {
    this.#following?.tryNow();
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return usageOfAll([...this.#kernels.values()].map(({ kernel }) => kernel));
  }

  async log(kernelId: string): Promise<string> {
    return (await this.#pods.log(kernelId)) ?? '';
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async end(): Promise<void> {
    if (this.#closing === null) {
      await Promise.all([...this.#kernels.values()].map(({ kernel }) => kernel.shutdown()));
      for (const { kernelId } of this.#records.all) await this.#forget(kernelId);
    }
    await this.close();
  }

  #hold(
    request: LaunchRequest,
    dialIn: DialIn,
    after: number,
    listener: SupervisedKernelListener,
  ): PodKernel {
    const { kernelId } = request;
    const kernel = new PodKernel({
      request,
      requestThere: requestInPod(request, this.#settings),
      listener,
      after,
      folder: this.#records.folderOf(kernelId),
      dialIn,
      address: () => this.#address(dialIn),
      log: this.#log,
      times: this.#times,
      pod: {
        explain: (pod, isDeleted) => this.#pods.explain(kernelId, pod, isDeleted),
        log: () => this.#pods.log(kernelId),
        remove: () => this.#forget(kernelId),
        held: () => this.#stopEvents(kernelId),
      },
    });
    const events = kernel.isExpected ? this.#followEvents(kernelId, kernel) : null;
    this.#kernels.set(kernelId, { kernel, events });
    return kernel;
  }

  /** The record first: a server that ends before the pod is deleted deletes it when it is there again. */
  async #forget(kernelId: string): Promise<void> {
    this.#stopEvents(kernelId);
    this.#kernels.delete(kernelId);
    this.#records.remove(kernelId);
    await this.#remove(kernelId);
  }

  async #remove(kernelId: string): Promise<void> {
    if (await this.#pods.remove(kernelId)) this.#unwanted.delete(kernelId);
    else this.#unwanted.add(kernelId);
  }

  #follow(): void {
    if (this.#following !== null || this.#closing !== null) return;
    const { source } = this.#pods;
    /** Those that were there when the last list was asked for: one that is not in it is gone. */
    let known: readonly string[] = [];
    const list: typeof source.list = () => {
      known = [...this.#kernels.keys()];
      return source.list();
    };
    const listener: ListListener<V1Pod> = {
      listed: (pods) => this.#listed(pods, known),
      changed: (pod) => this.#tell(pod, (kernel) => kernel.podChanged(pod)),
      deleted: (pod) => this.#tell(pod, (kernel) => kernel.podDeleted(pod)),
      failed: (error) => {
        if (error === null) for (const kernelId of this.#unwanted) void this.#remove(kernelId);
      },
    };
    this.#following = new FollowedList({ ...source, list }, listener, this.#log);
  }

  #listed(pods: readonly V1Pod[], known: readonly string[]): void {
    const there = new Set(pods.map(kernelOf));
    for (const pod of pods) {
      const kernelId = kernelOf(pod);
      if (!this.#records.has(kernelId)) this.#removeOrphan(kernelId);
      else this.#tell(pod, (kernel) => kernel.podChanged(pod));
    }
    for (const kernelId of known)
      if (!there.has(kernelId)) this.#kernels.get(kernelId)?.kernel.podDeleted(null);
  }

  /** This server made it and knows it no more: its end was not waited for, or its record is lost. */
  #removeOrphan(kernelId: string): void {
    this.#log.info({ kernelId }, 'a pod of this server that belongs to no kernel is deleted');
    void this.#remove(kernelId);
  }

  /** A scheduler may be quicker than the answers to our own requests, and says it once. */
  #tell(pod: V1Pod, what: (kernel: PodKernel) => void): void {
    const kernelId = kernelOf(pod);
    const held = this.#kernels.get(kernelId);
    if (held !== undefined) what(held.kernel);
    else if (this.#coming.has(kernelId)) this.#coming.set(kernelId, what);
  }

  #followEvents(kernelId: string, kernel: PodKernel): FollowedList<CoreV1Event> {
    const listener: ListListener<CoreV1Event> = {
      listed: (events) => {
        for (const event of events) kernel.podEvent(event);
      },
      changed: (event) => kernel.podEvent(event),
      deleted: () => undefined,
      failed: () => undefined,
    };
    return new FollowedList(this.#pods.eventsOf(kernelId), listener, this.#log);
  }

  #stopEvents(kernelId: string): void {
    this.#kernels.get(kernelId)?.events?.close();
  }

  #address(dialIn: DialIn): string {
    return dialAddress(dialIn.url, this.#settings.serverUrl);
  }

  async #close(): Promise<void> {
    this.#following?.close();
    for (const kernelId of this.#kernels.keys()) this.#stopEvents(kernelId);
    await Promise.all([...this.#kernels.values()].map(({ kernel }) => kernel.release()));
  }
}

function kernelOf(pod: V1Pod): string {
  return pod.metadata?.labels?.[KERNEL_LABEL] ?? '';
}
