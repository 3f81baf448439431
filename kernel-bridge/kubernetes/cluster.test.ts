import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesApiContract } from '../../test/contract/kubernetes-api-contract.ts';
import { ClusterDouble } from '../../test/servers/kubernetes/cluster-double.ts';

kubernetesApiContract('the double', async () => {
  const cluster = new ClusterDouble();
  await cluster.listen();
  for (const right of ['get secrets', 'list secrets']) cluster.forbidden.add(right);
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    kubeconfig: file('known', cluster.kubeconfig()),
    unknownKubeconfig: file('unknown', cluster.kubeconfig('another')),
    bind(name, nodeName) {
      const pod = cluster.store.get('pods', name)!;
      cluster.store.change('pods', pod, { spec: { ...(pod['spec'] as object), nodeName } });
      return Promise.resolve();
    },
    tellOf(name, reason, message) {
      const involvedObject = { kind: 'Pod', name };
      cluster.store.add('events', {
        metadata: { name: `${name}.${reason}` },
        involvedObject,
        reason,
        message,
      });
      return Promise.resolve();
    },
    forgetPast() {
      cluster.store.compact();
      return Promise.resolve();
    },
    async stop() {
      await cluster.away();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
