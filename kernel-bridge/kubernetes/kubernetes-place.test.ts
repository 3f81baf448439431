import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HeardKernel, PodsAtWork } from '../../test/doubles/pods-at-work.ts';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { statusOf } from '../../test/servers/kubernetes/status.ts';

let pods: PodsAtWork;
beforeEach(async () => {
  pods = await PodsAtWork.start();
});
afterEach(() => pods.close());

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const secretOf = (kernelId: string) => pods.cluster.store.get('secrets', `kernel-${kernelId}`);
const recordOf = (kernelId: string) => join(pods.folder, 'place', 'pods', `${kernelId}.json`);
const died = (heard: HeardKernel) => heard.events.find((event) => event.kind === 'died')?.exit;

async function running(kernelId = 'k', place = pods.place()) {
  const heard = await HeardKernel.launch(place, kernelId);
  const machine = pods.run(kernelId);
  await heard.kernel?.ready();
  return { heard, machine, place };
}

describe('a kernel in a pod', () => {
  test('[Z1] is there before its pod is; it runs when its supervisor has dialled in, and gets what it was sent before', async () => {
    const heard = await HeardKernel.launch(pods.place(), 'k', { sessionPath: '/work/a b.ipynb' });
    const message = spokenMessage({ channel: 'shell', type: 'execute_request' });
    heard.kernel?.send(message);
    expect(pods.pod('k')?.metadata.labels).toMatchObject({
      'in-the-loop/kernel': 'k',
      'in-the-loop/notebook': 'work-a-b.ipynb',
    });
    const machine = pods.run('k');
    await heard.kernel?.ready();
    await until(() => expect(machine.received.get('k')).toEqual([message.header.msg_id]));
    expect(heard.waits.at(-1)).toBeNull();
    machine.say('k', 'hello');
    await until(() => expect(heard.texts).toEqual(['hello']));
  });

  test('[Z2] [I10] its key is in a Secret that goes with the pod, and nowhere in the pod', async () => {
    await running();
    const { uid } = pods.pod('k')!.metadata;
    expect(JSON.stringify(pods.pod('k'))).not.toContain('key-of-k');
    expect(secretOf('k')).toMatchObject({
      data: { key: Buffer.from('key-of-k').toString('base64') },
      metadata: { ownerReferences: [{ kind: 'Pod', name: 'kernel-k', uid }] },
    });
    expect(statSync(recordOf('k')).mode & 0o777).toBe(0o600);
  });

  test('[Z1] says why it waits as Kubernetes words it, from its pod and from what is told of it', async () => {
    const heard = await HeardKernel.launch(pods.place(), 'k');
    const unschedulable = '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.';
    await until(() => expect(pods.cluster.asked).toContain('watch events'));
    pods.cluster.store.add('events', {
      metadata: { name: 'e1' },
      involvedObject: { kind: 'Pod', name: 'kernel-k' },
      reason: 'TriggeredScaleUp',
      message: 'pod triggered scale-up: [{gpu 0->1 (max: 4)}]',
    });
    await until(() => expect(heard.waits.at(-1)).toContain('TriggeredScaleUp: pod triggered scale-up'));
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: unschedulable,
    };
    pods.say('k', { conditions: [condition] });
    await until(() => expect(heard.waits.at(-1)).toBe(`Kubernetes: Unschedulable: ${unschedulable}`));
  });

  test('[Z1] hears what is said of its pod before its making is answered', async () => {
    const place = pods.place();
    await place.kernelspecs();
    await until(() => expect(pods.cluster.asked).toContain('watch pods'));
    const launched = HeardKernel.launch(place, 'k');
    while (pods.pod('k') === null) await nextTurn();
    pods.say('k', { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] });
    const heard = await launched;
    await until(() => expect(heard.waits.at(-1)).toBe('Kubernetes: Unschedulable'));
  });

  test('[Z3] shutting it down takes pod, Secret and record away, also while it waits', async () => {
    const { heard, machine, place } = await running();
    await heard.kernel?.shutdown();
    expect(machine.ended).toEqual(['k']);
    const waiting = await HeardKernel.launch(place, 'w');
    await waiting.kernel?.shutdown();
    for (const kernelId of ['k', 'w']) {
      expect(secretOf(kernelId)).toBeNull();
      expect(existsSync(recordOf(kernelId))).toBe(false);
    }
    expect(pods.pod('w')).toBeNull();
    // It has a node, whose kubelet ends it.
    expect(pods.pod('k')?.metadata['deletionTimestamp']).toBeDefined();
    expect(() => heard.kernel?.send(spokenMessage({ channel: 'shell' }))).toThrow('dead');
  });

  test('[Z3] deleted by somebody in the middle of a run, it says so, with what it printed last', async () => {
    const { heard } = await running();
    pods.cluster.logs.set('kernel-k', 'the last line\n');
    pods.takeAway('k');
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
    expect(died(heard)?.explanation).toContain('somebody deleted its pod');
    await until(() => expect(secretOf('k')).toBeNull());
    expect(readdirSync(join(pods.folder, 'place', 'pods'))).toEqual(['server-id']);
  });

  test.each([
    [
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
      'Evicted: The node was low',
    ],
    [
      {
        phase: 'Failed',
        containerStatuses: [
          { name: 'kernel', state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
        ],
      },
      'OOMKilled',
    ],
  ])('[Z3] ended by the cluster, it says why, and its pod is taken away (%#)', async (status, words) => {
    const { heard } = await running();
    pods.cluster.logs.set('kernel-k', 'the last line\n');
    pods.say('k', status);
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
    expect(died(heard)?.explanation).toContain(words);
    expect(died(heard)?.stderrTail).toBe('the last line\n');
    await until(() => expect(secretOf('k')).toBeNull());
  });

  test('[Z3] warns of a deletion that has begun', async () => {
    const { heard } = await running();
    const pod = pods.pod('k')!;
    const metadata = { ...pod.metadata, deletionTimestamp: new Date().toISOString() };
    pods.cluster.store.change('pods', pod, { metadata });
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'warned' }));
  });

  test('[Z4] with an image that does not exist, it waits for a while and is then given up, with what Kubernetes says', async () => {
    const heard = await HeardKernel.launch(pods.place({}, { image: 50 }), 'k');
    const message = 'Back-off pulling image "nowhere:1"';
    pods.say('k', {
      containerStatuses: [{ name: 'kernel', state: { waiting: { reason: 'ImagePullBackOff', message } } }],
    });
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
    expect(heard.waits.at(-1)).toBe(`Kubernetes: ImagePullBackOff: ${message}`);
    expect(died(heard)?.explanation).toContain(message);
    await until(() => expect(secretOf('k')).toBeNull());
  });

  test('[Z4] whose pod never dials in is given up, with what its container printed', async () => {
    const heard = await HeardKernel.launch(pods.place({}, { dialIn: 50 }), 'k');
    pods.cluster.logs.set('kernel-k', 'getaddrinfo ENOTFOUND server.example\n');
    pods.say('k', { phase: 'Running' });
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
    expect(died(heard)?.explanation).toContain('has not dialled in');
    expect(died(heard)?.explanation).toContain('server.example:8888');
    expect(died(heard)?.stderrTail).toContain('ENOTFOUND');
  });
});

describe('a server that is started anew', () => {
  test('[Z6] [I4] finds its kernels, and hears what they said meanwhile', async () => {
    const { heard, machine, place } = await running();
    await place.close();
    machine.say('k', 'meanwhile');
    const next = pods.place();
    expect(next.found).toMatchObject([{ request: { kernelId: 'k' }, isOver: false }]);
    pods.isServerStarting = true;
    heard.adopt(next, 'k');
    await until(() => expect(heard.texts).toEqual(['meanwhile']));
    expect(next.found).toEqual([]);
  });

  test('[Z6] finds one that still waits, and starts it when its pod runs', async () => {
    const first = pods.place();
    const heard = await HeardKernel.launch(first, 'k');
    await first.close();
    heard.adopt(pods.place(), 'k');
    pods.run('k');
    await heard.kernel?.ready();
  });

  test('explains one whose pod is gone', async () => {
    const { heard, place } = await running();
    await place.close();
    pods.takeAway('k');
    heard.adopt(pods.place(), 'k');
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
    expect(died(heard)?.explanation).toContain('somebody deleted its pod');
  });

  test('[Z6] deletes pods of its own that belong to no kernel, and leaves those of others', async () => {
    const { place } = await running();
    const mine = pods.pod('k')!;
    for (const [name, server] of [
      ['orphan', mine.metadata.labels?.['in-the-loop/server'] ?? ''],
      ['other', 'another-server'],
    ] as const) {
      const labels = { 'in-the-loop/server': server, 'in-the-loop/kernel': name };
      pods.cluster.store.add('pods', { ...mine, spec: {}, metadata: { name: `kernel-${name}`, labels } });
    }
    await place.close();
    const next = pods.place();
    await next.kernelspecs();
    await until(() => expect(pods.pod('orphan')).toBeNull());
    expect(pods.pod('other')).not.toBeNull();
    expect(pods.pod('k')).not.toBeNull();
  });
});

describe('an API server that is away', () => {
  test('[Z5] disturbs no kernel; what became of pods meanwhile is heard when it is back', async () => {
    const { heard, machine } = await running();
    await pods.cluster.away();
    machine.say('k', 'still here');
    await until(() => expect(heard.texts).toEqual(['still here']));
    pods.takeAway('k');
    await pods.cluster.listen();
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
  });

  test('[Z5] that has forgotten where we were (410 Gone) is listed anew', async () => {
    const { heard } = await running();
    await pods.cluster.away();
    pods.takeAway('k');
    pods.cluster.store.compact();
    await pods.cluster.listen();
    await until(() => expect(heard.events.at(-1)).toMatchObject({ kind: 'gave-up' }));
  });

  test('a pod that could not be deleted is deleted when it is back', async () => {
    const { heard } = await running();
    await pods.cluster.away();
    await heard.kernel?.shutdown();
    await pods.cluster.listen();
    await until(() => expect(secretOf('k')).toBeNull());
  });

  test('a token that has expired is said so; a renewed kubeconfig is read by itself', async () => {
    const place = pods.place();
    await place.kernelspecs();
    pods.cluster.token = 'renewed';
    await expect(place.kernelspecs()).rejects.toMatchObject({ code: 'PLACE_DENIED' });
    pods.writeKubeconfig('renewed');
    await expect(place.kernelspecs()).resolves.toHaveLength(1);
  });

  test('cannot start kernels, and says which address does not answer', async () => {
    await pods.cluster.away();
    const launching = HeardKernel.launch(pods.place(), 'k');
    await expect(launching).rejects.toMatchObject({ code: 'PLACE_UNREACHABLE' });
    await expect(launching).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(recordOf('k'))).toBe(false);
  });
});

describe('what a cluster refuses', () => {
  test('a quota that is used up is told in its words, and nothing is left behind', async () => {
    const words =
      'pods "kernel-k" is forbidden: exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=3';
    pods.cluster.admit = () => statusOf(403, 'Forbidden', words);
    await expect(HeardKernel.launch(pods.place(), 'k')).rejects.toMatchObject({
      code: 'PLACE_REFUSED',
      message: `Kubernetes says Forbidden: ${words}`,
    });
    expect(secretOf('k')).toBeNull();
    expect(existsSync(recordOf('k'))).toBe(false);
  });

  test('a right that is missing is named, with the manifest that gives it', async () => {
    pods.cluster.forbidden.add('create secrets');
    const launching = HeardKernel.launch(pods.place(), 'k');
    await expect(launching).rejects.toMatchObject({ code: 'PLACE_DENIED' });
    await expect(launching).rejects.toThrow('cannot create resource "secrets"');
  });
});

describe('checking a place', () => {
  const steps = async (place = pods.place()) => {
    const taken: string[] = [];
    await place.check((step) => taken.push(step));
    return taken;
  };

  test('goes step by step, and starts nothing', async () => {
    expect(await steps()).toEqual([
      `Connects to the API server ${pods.cluster.url}`,
      'Asks what system:serviceaccount:kernels:in-the-loop may do in the namespace kernels',
      'Lets the API server judge a pod of this place, without starting it',
    ]);
    expect(pods.pod('check')).toBeNull();
  });

  test('names the right that is missing', async () => {
    pods.cluster.forbidden.add('watch pods');
    await expect(steps()).rejects.toThrow('may not watch pods in the namespace kernels');
  });

  test("shows the API server's words about a pod that it would not take", async () => {
    const podTemplate = { spec: { containers: [{ name: 'kernel', image: null }] } };
    await expect(steps(pods.place({ podTemplate }))).rejects.toThrow(
      'spec.containers[0].image: Required value',
    );
  });

  test('says what is wrong with a kubeconfig', async () => {
    await expect(steps(pods.place({ kubeconfig: '/nowhere/config' }))).rejects.toMatchObject({
      code: 'PLACE_UNFIT',
    });
    await expect(steps(pods.place({ context: 'other' }))).rejects.toThrow('no context "other"');
  });
});

describe('resources', () => {
  const resources = {
    cpu: { initial: '1', maximum: '4' },
    memory: { initial: '2Gi', maximum: '16Gi' },
    gpu: { initial: '0', maximum: '1', resource: 'nvidia.com/gpu' },
  };
  const containerOf = (kernelId: string) =>
    (pods.pod(kernelId)?.['spec'] as { containers: { image: string; resources: object }[] }).containers[0];

  test('are asked for within the bounds of the settings, and become requests and limits of the pod', async () => {
    const place = pods.place({ resources, images: ['one', 'two'] });
    const form = await place.resourceForm();
    expect(form?.fields.map(({ name, initial }) => [name, initial])).toEqual([
      ['image', 'one'],
      ['cpu', '1'],
      ['memory', '2Gi'],
      ['gpu', '0'],
    ]);
    await HeardKernel.launch(place, 'k', { resources: { cpu: '500m', gpu: '1', image: 'two' } });
    const amounts = { cpu: '500m', memory: '2Gi', 'nvidia.com/gpu': '1' };
    expect(containerOf('k')).toMatchObject({
      image: 'two',
      resources: { requests: amounts, limits: amounts },
    });
  });

  test.each([
    [{ cpu: '8' }, '8 of cpu is more than the 4'],
    [{ memory: '16GB' }, 'no amount of memory'],
    [{ image: 'three' }, 'not among those'],
  ])('beyond the bounds are refused (%j)', async (chosen, words) => {
    const place = pods.place({ resources });
    await expect(HeardKernel.launch(place, 'k', { resources: chosen })).rejects.toThrow(words);
  });

  test('where there is nothing to choose, nothing is asked', async () => {
    expect(await pods.place().resourceForm()).toBeNull();
  });
});
