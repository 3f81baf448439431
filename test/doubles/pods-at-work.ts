import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DialInDesk } from '../../kernel-bridge/far/dial-in.ts';
import type { KernelLifecycleEvent, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { KubernetesPlace } from '../../kernel-bridge/kubernetes/kubernetes-place.ts';
import { type KubernetesSettings, PYTHON } from '../../kernel-bridge/kubernetes/kubernetes-settings.ts';
import { podName } from '../../kernel-bridge/kubernetes/kernel-pod.ts';
import type { SupervisedKernel } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { ClusterDouble } from '../servers/kubernetes/cluster-double.ts';
import type { Stored } from '../servers/kubernetes/object-store.ts';
import { FarMachine, farLaunch, quiet } from './far-machine.ts';

export const plainSettings: KubernetesSettings = {
  kubeconfig: null,
  context: null,
  namespace: null,
  serverUrl: 'http://server.example:8888',
  images: ['in-the-loop/kernel:1'],
  kernelspecs: [PYTHON],
  resources: { cpu: null, memory: null, gpu: null },
  nodeSelector: {},
  tolerations: [],
  volumes: [],
  volumeMounts: [],
  persistentVolumeClaims: {},
  serviceAccountName: null,
  imagePullSecrets: [],
  workingDirectory: null,
  podTemplate: {},
};

/** A cluster whose pods run when a test says so, each with our real supervisor, which dials in. */
export class PodsAtWork {
  readonly cluster = new ClusterDouble();
  readonly folder = mkdtempSync(join(tmpdir(), 'pods-'));
  /** While it starts, a server does not know its address. */
  isServerStarting = false;
  readonly #machines = new Map<string, FarMachine>();
  readonly #arrivals = new Map<string, () => void>();
  readonly #places: KubernetesPlace[] = [];

  static async start(): Promise<PodsAtWork> {
    const pods = new PodsAtWork();
    await pods.cluster.listen();
    pods.writeKubeconfig();
    return pods;
  }

  writeKubeconfig(token?: string): void {
    writeFileSync(this.#kubeconfig, this.cluster.kubeconfig(token));
  }

  /** A place; another one of the same folder is the next server's. */
  place(settings: Partial<KubernetesSettings> = {}, times = {}): KubernetesPlace {
    const place = new KubernetesPlace({
      id: 'cluster',
      settings: { ...plainSettings, kubeconfig: this.#kubeconfig, ...settings },
      log: quiet,
      folder: join(this.folder, 'place'),
      desk: this.#desk,
      times: { image: 60_000, dialIn: 60_000, ending: 1000, ...times },
    });
    this.#places.push(place);
    return place;
  }

  pod(kernelId: string): Stored | null {
    return this.cluster.store.get('pods', podName(kernelId));
  }

  /** What the kubelet says of a pod. */
  say(kernelId: string, status: object, nodeName = 'n1'): void {
    const pod = this.pod(kernelId);
    if (pod === null) throw new Error(`no pod of ${kernelId}`);
    const spec = { ...(pod['spec'] as object), nodeName };
    this.cluster.store.change('pods', pod, { spec, status: { ...(pod['status'] as object), ...status } });
  }

  /** Its container runs, and its supervisor dials in. */
  run(kernelId: string): FarMachine {
    this.say(kernelId, { phase: 'Running' });
    const machine = this.machine(kernelId);
    machine.isThere = true;
    this.#arrivals.get(kernelId)?.();
    return machine;
  }

  /** The machine in its pod. */
  machine(kernelId: string): FarMachine {
    const machine = this.#machines.get(kernelId) ?? new FarMachine();
    if (!this.#machines.has(kernelId)) machine.isThere = false;
    this.#machines.set(kernelId, machine);
    return machine;
  }

  /** The pod is gone, whoever deleted it. */
  takeAway(kernelId: string): void {
    const pod = this.pod(kernelId);
    if (pod !== null) this.cluster.store.remove('pods', pod);
    const machine = this.machine(kernelId);
    machine.isThere = false;
    machine.cut();
  }

  async close(): Promise<void> {
    for (const place of this.#places) await place.close();
    await this.cluster.away();
    for (const machine of this.#machines.values()) machine.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  readonly #desk: DialInDesk = {
    expect: (id) => {
      const machine = this.machine(id);
      const closing = new AbortController();
      const isStarting = (): boolean => this.isServerStarting;
      return {
        get url(): string {
          if (isStarting()) throw new Error('the server does not listen yet');
          return 'http://127.0.0.1:1/';
        },
        key: `key-of-${id}`,
        isThere: machine.isThere,
        connect: async (clientId, listener, signal) => {
          const over = AbortSignal.any([signal, closing.signal]);
          if (!machine.isThere)
            await new Promise<void>((resolve) => {
              this.#arrivals.set(id, resolve);
              over.addEventListener('abort', () => resolve());
            });
          if (over.aborted) throw new KernelError('KERNEL_SUPERVISOR_LOST', 'it is not expected any more');
          return machine.connect(clientId, listener, over);
        },
        close: () => closing.abort(),
      };
    },
  };
}

/** What a server hears of one kernel. */
export class HeardKernel {
  readonly events: KernelLifecycleEvent[] = [];
  readonly texts: string[] = [];
  kernel: SupervisedKernel | null = null;
  position = 0;

  static async launch(
    place: KubernetesPlace,
    kernelId: string,
    { resources = {}, ...more }: Partial<LaunchRequest> & { resources?: Record<string, string> } = {},
  ): Promise<HeardKernel> {
    const heard = new HeardKernel();
    const request = { ...farLaunch(kernelId), ...more };
    heard.kernel = await place.launch(request, resources, heard.listener);
    return heard;
  }

  adopt(place: KubernetesPlace, kernelId: string): this {
    this.kernel = place.adopt(kernelId, this.position, this.listener);
    return this;
  }

  /** Why it waited, in order. */
  get waits(): (string | null)[] {
    return this.events.flatMap((event) => (event.kind === 'waiting' ? [event.text] : []));
  }

  get listener(): Parameters<KubernetesPlace['launch']>[2] {
    const recorded = (position: number | null): void => {
      if (position === null) return;
      this.position = position;
      setImmediate(() => this.kernel?.acknowledge(position));
    };
    return {
      message: (message, position) => {
        this.texts.push((JSON.parse(Buffer.from(message.frames[3]!).toString()) as { text: string }).text);
        recorded(position);
      },
      lifecycle: (event, position) => {
        this.events.push(event);
        recorded(position);
      },
      refused: (_message, error) => {
        throw error;
      },
    };
  }
}
