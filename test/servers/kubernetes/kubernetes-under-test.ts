import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { send, sendOk } from '../http.ts';
import type { JupyterServerProcess } from '../jupyter-server-process.ts';
import { KernelSocket } from '../kernel-socket.ts';
import { startOurServer } from '../our-server.ts';
import { makeServerFolders } from '../server-folders.ts';
import { PREFIX } from '../stock-server.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { NAMESPACE, RealCluster } from './real-cluster.ts';
import { StandInKubelet } from './stand-in-kubelet.ts';

export const IMAGE = 'kernels/python:1';
export const PLACES = '/api/in-the-loop/v1/places';

/** Our server with a place in a real cluster, whose pods reach it over a network that can be cut. */
export class KubernetesUnderTest {
  readonly folders = makeServerFolders();
  server!: JupyterServerProcess;
  private constructor(
    readonly cluster: RealCluster,
    readonly core: CoreV1Api,
    readonly kubelet: StandInKubelet,
    readonly network: TcpProxy,
  ) {}

  static async start(): Promise<KubernetesUnderTest> {
    const cluster = await RealCluster.start();
    const kubelet = new StandInKubelet({ config: cluster.admin, images: [IMAGE], prefix: PREFIX });
    await kubelet.start();
    const core = cluster.admin.makeApiClient(CoreV1Api);
    const under = new KubernetesUnderTest(cluster, core, kubelet, await startTcpProxy(0));
    under.#configure();
    await under.startServer();
    return under;
  }

  /** Again after `killServer`, at the same address for pods. */
  async startServer(): Promise<void> {
    const args = ['--config', this.#configuration];
    this.server = await startOurServer({ folders: this.folders, args });
    this.network.leadTo(Number(new URL(this.server.origin).port));
  }

  async killServer(): Promise<void> {
    await this.server.end('SIGKILL');
  }

  async startKernel(name = 'cluster.python3'): Promise<string> {
    const started = await sendOk(this.server, { method: 'POST', path: '/api/kernels', body: { name } });
    return started.json<{ id: string }>().id;
  }

  /** As REST shows it; null once it is not there. */
  async kernel(kernelId: string): Promise<Record<string, unknown> | null> {
    const answer = await send(this.server, { path: `/api/kernels/${kernelId}` });
    return answer.status === 404 ? null : answer.json();
  }

  /** Why it waits, as REST shows it. */
  async waiting(kernelId: string): Promise<string> {
    const kernel = (await this.kernel(kernelId)) as { readonly waiting?: string } | null;
    return kernel?.waiting ?? '';
  }

  open(kernelId: string): Promise<KernelSocket> {
    return KernelSocket.open(this.server, kernelId);
  }

  async pod(kernelId: string): Promise<V1Pod | null> {
    const { items } = await this.core.listNamespacedPod({
      namespace: NAMESPACE,
      labelSelector: `in-the-loop/kernel=${kernelId}`,
    });
    return items[0] ?? null;
  }

  async secrets(): Promise<string[]> {
    const { items } = await this.core.listNamespacedSecret({ namespace: NAMESPACE });
    return items.map(({ metadata }) => metadata?.name ?? '');
  }

  /** Waits for what becomes so elsewhere. */
  async until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const limit = Date.now() + 60_000; Date.now() < limit; await sleep(50)) {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
    }
    throw new Error(`not within a minute: ${what}\n${this.server.output().slice(-3000)}`);
  }

  async stop(): Promise<void> {
    await this.server?.close();
    await this.network.close();
    await this.kubelet.stop();
    await this.cluster.stop();
  }

  get #configuration(): string {
    return join(this.cluster.folder, 'in-the-loop.json');
  }

  #configure(): void {
    const common = {
      kubeconfig: this.cluster.kubeconfig,
      serverUrl: `http://127.0.0.1:${this.network.port}`,
    };
    const place = (settings: object) => ({ kind: 'kubernetes', settings: { ...common, ...settings } });
    const places = {
      cluster: { ...place({ images: [IMAGE] }), title: 'The cluster' },
      nowhere: place({ images: ['nowhere/image:1'] }),
      full: place({ images: [IMAGE], nodeSelector: { kind: 'other' } }),
      unreachable: place({ images: [IMAGE], serverUrl: 'http://127.0.0.1:1' }),
    };
    writeFileSync(this.#configuration, JSON.stringify({ places }));
  }
}
