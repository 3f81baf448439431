import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, Health, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { apiServerProgram } from './api-server-program.ts';

const START_LIMIT = 60_000;
export const NAMESPACE = 'kernels';
export const ACCOUNT = 'in-the-loop';

/**
 * etcd and kube-apiserver on the loopback, with real authentication, RBAC, admission and watches, and a namespace in which
 * one account has the role of docs/kubernetes/rbac.yaml. There are no controllers, no scheduler and no kubelet: `StandInKubelet`.
 */
export class RealCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  readonly #adminToken = randomBytes(16).toString('hex');
  readonly #accountToken = randomBytes(16).toString('hex');
  readonly #processes: ChildProcess[] = [];
  #apiServer: ChildProcess | null = null;
  #port = 0;
  #etcdPort = 0;
  #program = '';

  static async start(): Promise<RealCluster> {
    const cluster = new RealCluster();
    try {
      await cluster.#start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Of an administrator. */
  get admin(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromString(this.#kubeconfig('admin', this.#adminToken));
    return config;
  }

  /** A file for the server under test, whose account may do what it needs. */
  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  /** Also after `stopApiServer`, at the same address. */
  async startApiServer(): Promise<void> {
    const at = (name: string): string => join(this.folder, name);
    this.#apiServer = this.#run(this.#program, [
      `--etcd-servers=http://127.0.0.1:${this.#etcdPort}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${this.#port}`,
      `--cert-dir=${at('certificates')}`,
      `--token-auth-file=${at('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${at('service-account.key')}`,
      `--service-account-signing-key-file=${at('service-account.key')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      // Nobody makes accounts here, which is a controller's work.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    // Before that it answers, and forbids what it will allow.
    await this.#until('kube-apiserver', () => new Health(this.admin).readyz({}));
  }

  async stopApiServer(): Promise<void> {
    await end(this.#apiServer);
    this.#apiServer = null;
  }

  /** As time does: etcd keeps no version before now, and an API server that is started anew has none in memory. */
  async forgetPast(): Promise<void> {
    const { metadata } = await this.admin.makeApiClient(CoreV1Api).listNamespace();
    await this.stopApiServer();
    const response = await fetch(`http://127.0.0.1:${this.#etcdPort}/v3/kv/compaction`, {
      method: 'POST',
      body: JSON.stringify({ revision: metadata?.resourceVersion, physical: true }),
    });
    if (!response.ok) throw new Error(`etcd does not compact: ${await response.text()}`);
    await this.startApiServer();
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    await this.stopApiServer();
    for (const child of this.#processes.splice(0)) await end(child);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    this.#program = await apiServerProgram();
    const [port, etcdPort, peerPort] = await freePorts(3);
    this.#port = port as number;
    this.#etcdPort = etcdPort as number;
    const at = (name: string): string => join(this.folder, name);
    mkdirSync(at('certificates'));
    execFileSync('openssl', ['genrsa', '-out', at('service-account.key'), '2048'], { stdio: 'ignore' });
    const tokens = [
      `${this.#adminToken},admin,admin,"system:masters"`,
      `${this.#accountToken},${ACCOUNT},${ACCOUNT}`,
    ];
    writeFileSync(at('tokens.csv'), `${tokens.join('\n')}\n`, { mode: 0o600 });
    const client = `http://127.0.0.1:${etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const etcd = this.#run('etcd', [
      `--data-dir=${at('etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // Tests keep nothing.
      '--unsafe-no-fsync',
    ]);
    this.#processes.push(etcd);
    await this.startApiServer();
    writeFileSync(this.kubeconfig, this.#kubeconfig(ACCOUNT, this.#accountToken), { mode: 0o600 });
    await this.#furnish();
  }

  /** The namespace, and in it the role that the documentation grants. */
  async #furnish(): Promise<void> {
    const { loadAllYaml } = await import('@kubernetes/client-node');
    const core = this.admin.makeApiClient(CoreV1Api);
    const rbac = this.admin.makeApiClient(RbacAuthorizationV1Api);
    await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
    const manifest = readFileSync(join(import.meta.dirname, '../../../docs/kubernetes/rbac.yaml'), 'utf8');
    const role = (loadAllYaml(manifest) as { kind: string }[]).find(({ kind }) => kind === 'Role');
    await rbac.createNamespacedRole({ namespace: NAMESPACE, body: { ...role, metadata: { name: ACCOUNT } } });
    await rbac.createNamespacedRoleBinding({
      namespace: NAMESPACE,
      body: {
        metadata: { name: ACCOUNT },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
        subjects: [{ kind: 'User', name: ACCOUNT, apiGroup: 'rbac.authorization.k8s.io' }],
      },
    });
  }

  #kubeconfig(user: string, token: string): string {
    const server = `https://127.0.0.1:${this.#port}`;
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      // It makes its certificate itself; its own clients read it from where it put it.
      clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: NAMESPACE } }],
    });
  }

  #run(program: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.folder, `${program.split('/').at(-1) ?? 'program'}.log`), 'a');
    return spawn(program, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ETCD_UNSUPPORTED_ARCH: 'arm64' },
    });
  }

  async #until(program: string, works: () => Promise<boolean>): Promise<void> {
    const limit = Date.now() + START_LIMIT;
    for (;;) {
      if (await works().catch(() => false)) return;
      if (Date.now() > limit) throw new Error(`${program} does not start: see ${this.folder}`);
      await sleep(100);
    }
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await over;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
