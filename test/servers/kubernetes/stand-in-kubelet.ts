import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import {
  type CoreV1Event,
  CoreV1Api,
  type KubeConfig,
  makeInformer,
  type V1Pod,
  type V1PodStatus,
} from '@kubernetes/client-node';
import { NAMESPACE } from './real-cluster.ts';

const NODE = 'stand-in';
/** In the environment of all that a container runs. */
const MARK = 'STAND_IN_CONTAINER';
const PROGRAM = join(import.meta.dirname, '../../../dist/server/main.js');

interface Container {
  readonly child: ChildProcess;
  readonly uid: string;
  readonly folder: string;
  output: string;
}

export interface KubeletOptions {
  readonly config: KubeConfig;
  /** Images that there are: what is `in-the-loop` in them is this project. */
  readonly images: readonly string[];
  /** Folder of a Python environment whose programs containers find. */
  readonly prefix: string;
}

/**
 * Plays scheduler, kubelet and what else has a hand in a pod: it registers a node, binds pods, runs the first container as a
 * process of this machine, says what became of it, and serves its output to the API server. There are no images, no pod
 * network, no limits and no isolation.
 */
export class StandInKubelet {
  readonly #core: CoreV1Api;
  readonly #options: KubeletOptions;
  readonly #containers = new Map<string, Container>();
  readonly #seen = new Set<string>();
  readonly #states = new Set<string>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'kubelet-'));
  #logs: Server | null = null;
  #informer: ReturnType<typeof makeInformer<V1Pod>> | null = null;
  #isStopped = false;
  #events = 0;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#core = options.config.makeApiClient(CoreV1Api);
  }

  async start(): Promise<void> {
    await this.#serveLogs();
    await this.#core.createNode({ body: { metadata: { name: NODE, labels: { kind: 'stand-in' } } } });
    const { port } = this.#logs?.address() as AddressInfo;
    await this.#core.replaceNodeStatus({
      name: NODE,
      body: {
        metadata: { name: NODE },
        status: {
          addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
          daemonEndpoints: { kubeletEndpoint: { Port: port } },
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      },
    });
    const informer = makeInformer(this.#options.config, `/api/v1/namespaces/${NAMESPACE}/pods`, () =>
      this.#core.listNamespacedPod({ namespace: NAMESPACE }),
    );
    this.#informer = informer;
    for (const what of ['add', 'update'] as const)
      informer.on(what, (pod) => void this.#look(pod).catch((error: unknown) => this.#failed(error)));
    informer.on('delete', (pod) => this.#kill(nameOf(pod)));
    // A cluster that is away is tried again.
    informer.on(
      'error',
      () =>
        void setTimeout(
          () => this.#isStopped || void informer.start().catch((error: unknown) => this.#failed(error)),
          500,
        ),
    );
    await informer.start();
  }

  /** The node needs its memory for others. */
  async evict(name: string): Promise<void> {
    this.#kill(name);
    await this.#say(name, {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi.',
    });
  }

  /** The kernel of the machine ended the container. */
  async runOutOfMemory(name: string): Promise<void> {
    this.#kill(name);
    await this.#say(name, {
      phase: 'Failed',
      containerStatuses: [ended({ exitCode: 137, reason: 'OOMKilled' })],
    });
  }

  /** The node is silent, and Kubernetes gives its pods up. */
  async loseNode(name: string): Promise<void> {
    await this.#say(name, { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeLost' }] });
    this.#kill(name);
    const message = 'Taint manager: deleting due to NoExecute taint';
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message };
    await this.#say(name, { conditions: [target] });
    await this.#core.deleteNamespacedPod({ name, namespace: NAMESPACE, gracePeriodSeconds: 0 });
  }

  /** Processes of a pod's container. */
  processesOf(name: string): readonly number[] {
    const uid = this.#containers.get(name)?.uid;
    return uid === undefined ? [] : processesOf(uid);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#informer?.stop();
    for (const name of this.#containers.keys()) this.#kill(name);
    this.#logs?.closeAllConnections();
    this.#logs?.close();
    // Containers have a /tmp of their own; these had ours.
    for (const folder of this.#states) rmSync(folder, { recursive: true, force: true });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #look(pod: V1Pod): Promise<void> {
    const name = nameOf(pod);
    if (pod.metadata?.deletionTimestamp !== undefined) return this.#delete(name);
    if (pod.spec?.nodeName === undefined) return this.#schedule(pod);
    if (this.#seen.has(pod.metadata?.uid ?? '')) return;
    this.#seen.add(pod.metadata?.uid ?? '');
    await this.#startContainer(pod);
  }

  async #schedule(pod: V1Pod): Promise<void> {
    const name = nameOf(pod);
    const wanted = Object.entries(pod.spec?.nodeSelector ?? {});
    if (wanted.some(([label, value]) => label !== 'kind' || value !== 'stand-in')) {
      if (pod.status?.conditions !== undefined) return;
      const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
      await this.#say(name, {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      });
      return this.#tell(pod, 'Warning', 'FailedScheduling', message);
    }
    const body = { metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } };
    await this.#core
      .createNamespacedPodBinding({ name, namespace: NAMESPACE, body })
      .catch((error: unknown) => {
        // What is answered is a Status, which the library takes for a Binding that lacks its target.
        if ((error as { code?: number }).code !== undefined) throw error;
      });
  }

  async #startContainer(pod: V1Pod): Promise<void> {
    const name = nameOf(pod);
    const [container] = pod.spec?.containers ?? [];
    const image = container?.image ?? '';
    if (!this.#options.images.includes(image)) {
      const message = `Back-off pulling image "${image}": ErrImagePull: failed to resolve reference "${image}": not found`;
      await this.#say(name, {
        phase: 'Pending',
        containerStatuses: [status({ waiting: { reason: 'ImagePullBackOff', message } })],
      });
      return this.#tell(pod, 'Warning', 'Failed', message);
    }
    const uid = pod.metadata?.uid ?? '';
    const folder = join(this.#folder, uid);
    mkdirSync(folder);
    const environment: Record<string, string> = {};
    for (const { name: variable, value, valueFrom } of container?.env ?? []) {
      const from = valueFrom?.secretKeyRef;
      environment[variable] =
        from === undefined ? (value ?? '') : await this.#secret(from.name ?? '', from.key);
    }
    const [program = '', ...args] = container?.args ?? [];
    const state = args[args.indexOf('--state') + 1];
    if (args.includes('--state') && state !== undefined) this.#states.add(state);
    const command = program === 'in-the-loop' ? [process.execPath, PROGRAM, ...args] : [program, ...args];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: [join(this.#options.prefix, 'bin'), dirname(process.execPath), process.env['PATH']].join(
          delimiter,
        ),
        HOME: folder,
        ...environment,
        [MARK]: uid,
      },
    });
    const running: Container = { child, uid, folder, output: '' };
    this.#containers.set(name, running);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => void (running.output += chunk.toString()));
    child.on('exit', (exitCode) => {
      const reason = exitCode === 0 ? 'Completed' : 'Error';
      const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
      void this.#say(name, {
        phase,
        containerStatuses: [ended({ exitCode: exitCode ?? 137, reason })],
      }).catch((error: unknown) => this.#failed(error));
    });
    await this.#say(name, {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ ...status({ running: {} }), ready: true }],
    });
  }

  /** Tests delete pods while they are dealt with, and stop clusters. */
  #failed(error: unknown): void {
    if (!this.#isStopped && (error as { code?: number }).code !== 404) throw error;
  }

  async #delete(name: string): Promise<void> {
    this.#kill(name);
    await this.#core.deleteNamespacedPod({ name, namespace: NAMESPACE, gracePeriodSeconds: 0 });
  }

  /** All at once, as when a container's first process is gone. */
  #kill(name: string): void {
    const container = this.#containers.get(name);
    if (container === undefined) return;
    container.child.removeAllListeners('exit');
    for (const pid of [container.child.pid, ...processesOf(container.uid)]) {
      try {
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself meanwhile.
      }
    }
  }

  async #say(name: string, change: V1PodStatus): Promise<void> {
    const pod = await this.#core.readNamespacedPod({ name, namespace: NAMESPACE });
    const conditions = [
      ...(pod.status?.conditions ?? []).filter(
        ({ type }) => !change.conditions?.some((one) => one.type === type),
      ),
      ...(change.conditions ?? []),
    ];
    const body = [{ op: 'replace', path: '/status', value: { ...pod.status, ...change, conditions } }];
    await this.#core.patchNamespacedPodStatus({ name, namespace: NAMESPACE, body });
  }

  async #tell(pod: V1Pod, type: string, reason: string, message: string): Promise<void> {
    const name = nameOf(pod);
    const involvedObject = { kind: 'Pod', name, namespace: NAMESPACE, uid: pod.metadata?.uid ?? '' };
    const metadata = { name: `${name}.${++this.#events}`, namespace: NAMESPACE };
    const body: CoreV1Event = { metadata, involvedObject, type, reason, message };
    await this.#core.createNamespacedEvent({ namespace: NAMESPACE, body });
  }

  async #secret(name: string, key: string): Promise<string> {
    const { data } = await this.#core.readNamespacedSecret({ name, namespace: NAMESPACE });
    return Buffer.from(data?.[key] ?? '', 'base64').toString();
  }

  /** `/containerLogs/<namespace>/<pod>/<container>`, as API servers ask kubelets. */
  async #serveLogs(): Promise<void> {
    const file = (name: string): string => join(this.#folder, name);
    const args = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=kubelet'];
    execFileSync('openssl', ['req', ...args, '-keyout', file('key'), '-out', file('certificate')], {
      stdio: 'ignore',
    });
    const pair = { key: readFileSync(file('key')), cert: readFileSync(file('certificate')) };
    const server = createServer(pair, (request, response) => {
      const [, what, , name = ''] = new URL(request.url ?? '/', 'https://kubelet').pathname.split('/');
      response.statusCode = what === 'containerLogs' ? 200 : 404;
      response.end(this.#containers.get(name)?.output ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#logs = server;
  }
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

function status(state: object) {
  return { name: 'kernel', image: '', imageID: '', ready: false, restartCount: 0, state };
}

function ended(terminated: { readonly exitCode: number; readonly reason: string }) {
  return status({ terminated });
}

/** Also those that left their session, as supervisors do. */
function processesOf(uid: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${uid}`);
      } catch {
        return false; // It has ended meanwhile.
      }
    })
    .map(Number);
}
