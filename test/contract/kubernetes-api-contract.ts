import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { V1Pod } from '@kubernetes/client-node';
import { Cluster } from '../../kernel-bridge/kubernetes/cluster.ts';
import { ClusterError } from '../../kernel-bridge/kubernetes/cluster-error.ts';
import { kernelPod, kernelSecret, podName } from '../../kernel-bridge/kubernetes/kernel-pod.ts';
import type { WatchEvent } from '../../kernel-bridge/kubernetes/watch-stream.ts';
import { plainSettings } from '../doubles/pods-at-work.ts';

export interface ApiUnderTest {
  /** Of an account with the role of docs/kubernetes/rbac.yaml. */
  readonly kubeconfig: string;
  /** The same with a token that nobody has. */
  readonly unknownKubeconfig: string;
  bind(pod: string, node: string): Promise<void>;
  tellOf(pod: string, reason: string, message: string): Promise<void>;
  /** Forgets what became before now, as etcd does by and by. */
  forgetPast(): Promise<void>;
  stop(): Promise<void>;
}

const purpose = (kernelId: string) => ({
  kernelId,
  serverId: 'server',
  notebook: 'a.ipynb',
  url: 'http://server.example',
  image: 'image',
  cpu: '1',
  memory: null,
  gpu: null,
});
const pod = (kernelId: string): V1Pod => kernelPod(plainSettings, purpose(kernelId));

/** What a place relies on of an API server: the double is held to what the real one does. */
export function kubernetesApiContract(name: string, start: () => Promise<ApiUnderTest>): void {
  describe(`${name} answers as an API server of Kubernetes`, () => {
    let under: ApiUnderTest;
    let cluster: Cluster;
    beforeAll(async () => {
      under = await start();
      cluster = open(under.kubeconfig);
    }, 1_200_000);
    afterAll(() => under.stop());

    const open = (kubeconfig: string) => new Cluster({ kubeconfig, context: null, namespace: null });
    const create = (kernelId: string, body = pod(kernelId)) =>
      cluster.call((core, namespace) => core.createNamespacedPod({ namespace, body }));
    const remove = (kernelId: string) =>
      cluster.call((core, namespace) => core.deleteNamespacedPod({ name: podName(kernelId), namespace }));
    const list = (labelSelector: string) =>
      cluster.call((core, namespace) => core.listNamespacedPod({ namespace, labelSelector }));
    const failure = (asked: Promise<unknown>): Promise<ClusterError> =>
      asked.then(
        () => expect.unreachable('it works'),
        (error: unknown) => {
          expect(error).toBeInstanceOf(ClusterError);
          return error as ClusterError;
        },
      );

    /** Hears a watch until `isEnough` of what was heard. */
    async function watched(
      resource: string,
      query: Record<string, string>,
      isEnough: (heard: readonly WatchEvent[]) => boolean,
      then: () => Promise<unknown> = () => Promise.resolve(),
    ): Promise<readonly WatchEvent[]> {
      const heard: WatchEvent[] = [];
      const enough = new AbortController();
      const opened = Promise.withResolvers<void>();
      const watching = cluster.watch(
        resource,
        query,
        {
          opened: opened.resolve,
          hear: (event) => {
            heard.push(event);
            if (isEnough(heard)) enough.abort();
          },
        },
        enough.signal,
      );
      await Promise.race([opened.promise, watching.catch(() => undefined)]);
      await then();
      await watching.catch((error: unknown) => {
        if (!enough.signal.aborted) throw error;
      });
      return heard;
    }

    test('says who we are, and what we may do', async () => {
      expect(await cluster.whoAmI()).toMatch(/in-the-loop$/);
      expect((await cluster.mayI('create', 'pods')).may).toBe(true);
      expect((await cluster.mayI('list', 'secrets')).may).toBe(false);
    });

    test('a watch goes on behind a list: what is made, changed and deleted comes once, in order', async () => {
      await create('before');
      const label = 'in-the-loop/kernel=watched';
      const resourceVersion = (await list(label)).metadata?.resourceVersion ?? '';
      const query = { labelSelector: label, resourceVersion };
      const heard = await watched(
        'pods',
        query,
        (all) => all.at(-1)?.type === 'DELETED',
        async () => {
          await create('other');
          await create('watched');
          await under.bind(podName('watched'), 'node-1');
          await remove('watched');
          await cluster.call((core, namespace) =>
            core.deleteNamespacedPod({ name: podName('watched'), namespace, gracePeriodSeconds: 0 }),
          );
        },
      );
      const names = new Set(heard.map(({ object }) => (object as V1Pod).metadata?.name));
      expect([...names]).toEqual([podName('watched')]);
      expect(heard[0]?.type).toBe('ADDED');
      // It has a node, whose kubelet ends it: until then it is only marked.
      const marked = heard.findIndex(
        ({ object }) => (object as V1Pod).metadata?.deletionTimestamp !== undefined,
      );
      expect(heard[marked]?.type).toBe('MODIFIED');
      const versions = heard.map(({ object }) => Number((object as V1Pod).metadata?.resourceVersion));
      expect(versions).toEqual([...versions].sort((one, other) => one - other));
      expect(versions[0]).toBeGreaterThan(Number(resourceVersion));
    });

    test('a pod without a node is gone at once', async () => {
      await create('unbound');
      await remove('unbound');
      expect(await failure(remove('unbound'))).toMatchObject({ status: 404, reason: 'NotFound' });
    });

    test('a watch from too long ago is gone (410)', async () => {
      const { metadata } = await list('in-the-loop/kernel=none');
      await create('since');
      await under.forgetPast();
      const query = { resourceVersion: metadata?.resourceVersion ?? '' };
      const heard = await watched('pods', query, ([first]) => first !== undefined);
      expect(heard[0]).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    });

    test('what is told of one pod is heard apart', async () => {
      await create('told');
      await under.tellOf(podName('other'), 'Other', 'not this');
      const heard = await watched(
        'events',
        { fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${podName('told')}` },
        (all) => all.length > 0,
        () => under.tellOf(podName('told'), 'Pulling', 'Pulling image "image"'),
      );
      expect(heard[0]?.object).toMatchObject({ reason: 'Pulling', message: 'Pulling image "image"' });
    });

    test('a name that is taken, and a pod that is none, are refused in its words', async () => {
      await create('taken');
      expect(await failure(create('taken'))).toMatchObject({ status: 409, reason: 'AlreadyExists' });
      const [container] = pod('invalid').spec?.containers ?? [];
      const spec = { ...pod('invalid').spec, containers: [{ ...container, name: 'kernel', image: '' }] };
      const invalid = await failure(create('invalid', { ...pod('invalid'), spec }));
      expect(invalid).toMatchObject({ status: 422, reason: 'Invalid' });
      expect(invalid.message).toContain('spec.containers[0].image: Required value');
    });

    test('a dry run judges a pod and makes none', async () => {
      await cluster.call((core, namespace) =>
        core.createNamespacedPod({ namespace, body: pod('dry'), dryRun: 'All' }),
      );
      expect((await list('in-the-loop/kernel=dry')).items).toEqual([]);
    });

    test('a Secret is made, owned by a pod, and deleted, and cannot be read', async () => {
      const { metadata } = await create('owner');
      const name = podName('owner');
      await cluster.call((core, namespace) =>
        core.createNamespacedSecret({ namespace, body: kernelSecret(purpose('owner'), 'the key') }),
      );
      const owner = { apiVersion: 'v1', kind: 'Pod', name, uid: metadata?.uid ?? '' };
      const patched = await cluster.call((core, namespace) =>
        core.patchNamespacedSecret({
          name,
          namespace,
          body: [{ op: 'add', path: '/metadata/ownerReferences', value: [owner] }],
        }),
      );
      expect(patched.metadata?.ownerReferences).toMatchObject([owner]);
      expect(patched.data).toEqual({ key: Buffer.from('the key').toString('base64') });
      const reading = cluster.call((core, namespace) => core.readNamespacedSecret({ name, namespace }));
      const refused = await failure(reading);
      expect(refused).toMatchObject({ status: 403, reason: 'Forbidden' });
      expect(refused.message).toContain('cannot get resource "secrets"');
      await cluster.call((core, namespace) => core.deleteNamespacedSecret({ name, namespace }));
    });

    test('who has no valid token is nobody', async () => {
      const stranger = open(under.unknownKubeconfig);
      const asked = stranger.call((core, namespace) => core.listNamespacedPod({ namespace }));
      expect(await failure(asked)).toMatchObject({ status: 401, reason: 'Unauthorized' });
    });
  });
}
