import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import { whyNoApiServer } from '../servers/kubernetes/api-server-program.ts';
import { KubernetesUnderTest, PLACES } from '../servers/kubernetes/kubernetes-under-test.ts';
import { NAMESPACE } from '../servers/kubernetes/real-cluster.ts';
import { loggedEvents } from '../servers/log-command.ts';

const missing = whyNoApiServer();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels as pods of Kubernetes: ${missing}\n`);

let under: KubernetesUnderTest;
beforeAll(async () => {
  if (missing === null) under = await KubernetesUnderTest.start();
}, 1_200_000);
afterAll(() => under?.stop());

const podOf = (kernelId: string): string => `kernel-${kernelId}`;

/** A kernel that answers. */
async function running(name?: string) {
  const kernelId = await under.startKernel(name);
  const socket = await under.open(kernelId);
  await socket.execute('1');
  return { kernelId, socket };
}

async function logged(kernelId: string, type: string): Promise<Record<string, unknown>[]> {
  const events = await loggedEvents(under.server, `kernel/${kernelId}`);
  return events.filter((event) => event.type === type).map(({ data }) => data);
}

/** Its last death, once it has died. */
const death = (kernelId: string): Promise<string> =>
  under.until(`the death of ${kernelId}`, async () => {
    const [died] = await logged(kernelId, 'kernel-died');
    return died === undefined ? null : String(died['reason']);
  });

async function removed(kernelId: string): Promise<void> {
  await under.until('the pod is gone', async () => (await under.pod(kernelId)) === null);
  expect(await under.secrets()).not.toContain(podOf(kernelId));
}

async function shutDown(kernelId: string): Promise<void> {
  await sendOk(under.server, { method: 'DELETE', path: `/api/kernels/${kernelId}` });
  await removed(kernelId);
}

describe.runIf(missing === null)('a place in Kubernetes', () => {
  test('is offered with its kernels, and checked step by step', async () => {
    const listed = await under.until('kernelspecs of the cluster', async () => {
      const answer = await sendOk(under.server, { path: '/api/kernelspecs' });
      const { kernelspecs } = answer.json<{ kernelspecs: Record<string, { spec: object }> }>();
      return kernelspecs['cluster.python3'];
    });
    expect(listed.spec).toMatchObject({ display_name: 'Python 3 (ipykernel) · The cluster' });
    const body = {
      kind: 'kubernetes',
      title: 'Another',
      settings: { images: ['x'], kubeconfig: under.cluster.kubeconfig },
    };
    const checked = await send(under.server, { method: 'POST', path: `${PLACES}/check`, body });
    const lines = checked
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; text?: string });
    expect(lines.at(-1)).toMatchObject({ type: 'done' });
    expect(lines.map(({ text }) => text)).toContain('Asks what in-the-loop may do in the namespace kernels');
  });

  test('runs code in a pod, which is labelled with what it is for; it is interrupted, restarted and taken away', async () => {
    const { kernelId, socket } = await running();
    expect((await socket.execute('print(6 * 7)')).text).toBe('42\n');
    const pod = await under.pod(kernelId);
    expect(pod?.metadata?.labels).toMatchObject({ 'app.kubernetes.io/name': 'in-the-loop-kernel' });
    expect(under.kubelet.processesOf(podOf(kernelId)).length).toBeGreaterThan(1);
    await under.until('its use of memory', async () => {
      const answer = await sendOk(under.server, { path: '/api/in-the-loop/v1/runtimes' });
      const { runtimes } = answer.json<{ runtimes: { kernelId: string; memory: number | null }[] }>();
      return runtimes.find((runtime) => runtime.kernelId === kernelId && (runtime.memory ?? 0) > 1e6);
    });
    const log = await sendOk(under.server, { path: `/api/in-the-loop/v1/runtimes/${kernelId}/log` });
    expect(log.json<{ text: string }>().text).toMatch(/Connected|connected/);
    // The key is for the agent alone.
    expect((await socket.execute('import os; print([n for n in os.environ if "KEY" in n])')).text).toBe(
      '[]\n',
    );
    const long = socket.execute('import time; time.sleep(100)');
    await under.until('busy', async () => (await under.kernel(kernelId))?.['execution_state'] === 'busy');
    await sendOk(under.server, { method: 'POST', path: `/api/kernels/${kernelId}/interrupt` });
    expect((await long).reply.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await socket.execute('x = 1');
    await sendOk(under.server, { method: 'POST', path: `/api/kernels/${kernelId}/restart` });
    expect((await socket.execute('print("x" in dir())')).text).toBe('False\n');
    await shutDown(kernelId);
    expect(under.kubelet.processesOf(podOf(kernelId))).toEqual([]);
  });

  test('[M1] a flood arrives whole and in order', async () => {
    const { kernelId, socket } = await running();
    const { text } = await socket.execute('for i in range(20000): print(i)');
    expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(''));
    await shutDown(kernelId);
  });

  test('[I4] the server killed and the network cut in the middle of a run: nothing is lost', async () => {
    const { kernelId, socket } = await running();
    socket.start('import time\nfor i in range(60):\n    print(i, flush=True)\n    time.sleep(0.1)');
    // The kernel warns on the other stream when it starts.
    await socket.find(({ content }) => content['name'] === 'stdout', 'first line');
    under.network.cut('silently');
    await under.killServer();
    await under.startServer();
    under.network.mend();
    const printed = await under.until('the last line', async () => {
      const events = await loggedEvents(under.server, `kernel/${kernelId}`);
      const lines = events.filter(({ message }) => message?.content['name'] === 'stdout');
      const text = lines.map(({ message }) => String(message?.content['text'])).join('');
      return text.endsWith('59\n') && text;
    });
    expect(printed).toBe(Array.from({ length: 60 }, (_, i) => `${i}\n`).join(''));
    const next = await under.open(kernelId);
    expect((await next.execute('print(i)')).text).toBe('59\n');
    await shutDown(kernelId);
  });

  test('an API server that is away disturbs no kernel, and is followed again', async () => {
    const { kernelId, socket } = await running();
    await under.cluster.stopApiServer();
    expect((await socket.execute('print("still here")')).text).toBe('still here\n');
    const refused = await send(under.server, {
      method: 'POST',
      path: '/api/kernels',
      body: { name: 'cluster.python3' },
    });
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.text()).toContain('cannot be reached');
    await under.cluster.startApiServer();
    await under.core.deleteNamespacedPod({ name: podOf(kernelId), namespace: NAMESPACE });
    expect(await death(kernelId)).toContain('somebody deleted its pod');
    await removed(kernelId);
  });
});

describe.runIf(missing === null)('what becomes of pods', () => {
  test.each([
    ['evict', 'Evicted: The node was low on resource: memory'],
    ['runOutOfMemory', 'needed more than the 2Gi of memory that its pod may use (OOMKilled)'],
    ['loseNode', 'its node was lost'],
  ] as const)('%s: the death says so', async (what, words) => {
    const { kernelId } = await running();
    await under.kubelet[what](podOf(kernelId));
    expect(await death(kernelId)).toContain(words);
    await removed(kernelId);
  });

  test('an image that cannot be pulled is told while it waits, and stopped by its person', async () => {
    const kernelId = await under.startKernel('nowhere.python3');
    const waiting = await under.until('ImagePullBackOff', async () => {
      const text = await under.waiting(kernelId);
      return text.includes('ImagePullBackOff') && text;
    });
    expect(waiting).toContain('failed to resolve reference "nowhere/image:1": not found');
    await shutDown(kernelId);
  });

  test('a cluster without room is told in its words', async () => {
    const kernelId = await under.startKernel('full.python3');
    await under.until('Unschedulable', async () =>
      (await under.waiting(kernelId)).includes(
        "Unschedulable: 0/1 nodes are available: 1 node(s) didn't match",
      ),
    );
    await shutDown(kernelId);
  });

  test('a quota that is used up refuses the kernel, in its words', async () => {
    const name = 'team';
    await under.core.createNamespacedResourceQuota({
      namespace: NAMESPACE,
      body: { metadata: { name }, spec: { hard: { pods: '0' } } },
    });
    // A controller's work.
    await under.core.patchNamespacedResourceQuotaStatus({
      name,
      namespace: NAMESPACE,
      body: [{ op: 'add', path: '/status', value: { hard: { pods: '0' }, used: { pods: '0' } } }],
    });
    try {
      const refused = await under.until('the quota is heeded', async () => {
        const body = { name: 'cluster.python3' };
        const answer = await send(under.server, { method: 'POST', path: '/api/kernels', body });
        if (answer.status !== 201) return answer;
        await shutDown(answer.json<{ id: string }>().id);
        return null;
      });
      expect(refused.text()).toContain('exceeded quota: team');
    } finally {
      await under.core.deleteNamespacedResourceQuota({ name, namespace: NAMESPACE });
    }
  });

  test('pods of plain settings satisfy the restricted Pod Security Standard, but for who they run as', async () => {
    const name = 'pod-security.kubernetes.io/enforce'.replace('/', '~1');
    const set = (value: string) =>
      under.core.patchNamespace({
        name: NAMESPACE,
        body: [{ op: 'add', path: `/metadata/labels/${name}`, value }],
      });
    await set('restricted');
    try {
      const check = async (podTemplate: object) => {
        const settings = { images: ['x'], kubeconfig: under.cluster.kubeconfig, podTemplate };
        const body = { kind: 'kubernetes', title: 'Restricted', settings };
        return (await send(under.server, { method: 'POST', path: `${PLACES}/check`, body })).text();
      };
      expect(await check({ spec: { securityContext: { runAsNonRoot: true } } })).toContain('"done"');
      const refused = await check({});
      expect(refused).toContain('violates PodSecurity');
      expect(refused).toContain('runAsNonRoot != true');
      expect(refused).not.toContain('seccompProfile');
    } finally {
      await set('privileged');
    }
  });

  test('one that runs and cannot reach the server says so in its output, which is read through the API server', async () => {
    const kernelId = await under.startKernel('unreachable.python3');
    const log = await under.until('what the agent prints', async () => {
      const name = podOf(kernelId);
      const text = await under.core.readNamespacedPodLog({ name, namespace: NAMESPACE }).catch(() => '');
      return text.includes('No connection') && text;
    });
    expect(log).toContain('nobody listens there');
    await shutDown(kernelId);
  });
});
