import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { type ApiUnderTest, kubernetesApiContract } from '../contract/kubernetes-api-contract.ts';
import { whyNoApiServer } from '../servers/kubernetes/api-server-program.ts';
import { NAMESPACE, RealCluster } from '../servers/kubernetes/real-cluster.ts';

const missing = whyNoApiServer();
if (missing !== null) process.stderr.write(`\nNOT RUN: a real API server of Kubernetes: ${missing}\n`);
else kubernetesApiContract('kube-apiserver', startReal);

async function startReal(): Promise<ApiUnderTest> {
  const cluster = await RealCluster.start();
  const core = cluster.admin.makeApiClient(CoreV1Api);
  const unknownKubeconfig = join(cluster.folder, 'unknown');
  const known = readFileSync(cluster.kubeconfig, 'utf8');
  writeFileSync(unknownKubeconfig, known.replace(/"token":"[^"]*"/, '"token":"nobody"'));
  return {
    kubeconfig: cluster.kubeconfig,
    unknownKubeconfig,
    async bind(name, node) {
      const body = { metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: node } };
      // The answer is a Status, which the library takes for a Binding that lacks its target.
      await core.createNamespacedPodBinding({ name, namespace: NAMESPACE, body }).catch((error: unknown) => {
        if ((error as { code?: number }).code !== undefined) throw error;
      });
    },
    async tellOf(name, reason, message) {
      const body = {
        metadata: { name: `${name}.${reason.toLowerCase()}`, namespace: NAMESPACE },
        involvedObject: { kind: 'Pod', name, namespace: NAMESPACE },
        reason,
        message,
        type: 'Normal',
      };
      await core.createNamespacedEvent({ namespace: NAMESPACE, body });
    },
    forgetPast: () => cluster.forgetPast(),
    stop: () => cluster.stop(),
  };
}
