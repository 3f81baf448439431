import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { KubernetesPlace } from '../../kernel-bridge/kubernetes/kubernetes-place.ts';
import type {
  KernelSupervisor,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { ALL, launcherContract } from '../contract/launcher-contract.ts';
import { quiet } from '../doubles/far-machine.ts';
import { plainSettings } from '../doubles/pods-at-work.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { DialInServer } from '../servers/dial-in-server.ts';
import { whyNoApiServer } from '../servers/kubernetes/api-server-program.ts';
import { RealCluster } from '../servers/kubernetes/real-cluster.ts';
import { StandInKubelet } from '../servers/kubernetes/stand-in-kubelet.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';

const missing = whyNoApiServer();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels as pods of Kubernetes: ${missing}\n`);

describe.runIf(missing === null)('on an API server with a stand-in for kubelets', () => {
  let cluster: RealCluster;
  let kubelet: StandInKubelet;
  beforeAll(async () => {
    cluster = await RealCluster.start();
    kubelet = new StandInKubelet({ config: cluster.admin, images: ['image'], prefix: PREFIX });
    await kubelet.start();
  }, 1_200_000);
  afterAll(async () => {
    await kubelet?.stop();
    await cluster?.stop();
  });

  launcherContract(
    'a pod of Kubernetes whose supervisor dials in',
    async () => {
      const here = await makeSupervisorPlace();
      const server = await DialInServer.start();
      const request = await pythonLaunch(here);
      const settings = {
        ...plainSettings,
        kubeconfig: cluster.kubeconfig,
        serverUrl: null,
        images: ['image'],
        workingDirectory: request.workingDirectory,
      };
      const open = (): KubernetesPlace =>
        new KubernetesPlace({
          ...{ id: 'cluster', settings, log: quiet, desk: server.desk },
          folder: join(here.root, 'place'),
        });
      let place = open();
      const launcher = new SupervisorLauncher(asSupervisor(() => place));
      return {
        launcher,
        // Of the server's machine nothing comes along but what was asked for.
        request: { ...request, environment: { PYDEVD_DISABLE_FILE_VALIDATION: '1' } },
        cut: () => server.network.cut(),
        mend: () => server.network.mend(),
        takeOver: async (kernelId, listener) => {
          await place.close();
          server.startAnew();
          place = open();
          return launcher.adopt(kernelId, listener);
        },
        dispose: async () => {
          server.network.mend();
          await launcher.close();
          await server.close();
          await here.remove();
        },
      };
    },
    { capabilities: ALL, checksFolder: false, timeLimit: 90_000 },
  );
});

/** The place that holds the kernels now, as what holds kernels for a server that has recorded what it heard. */
function asSupervisor(place: () => KubernetesPlace): KernelSupervisor {
  let recorded = 0;
  const recording = (listener: SupervisedKernelListener): SupervisedKernelListener => ({
    message: (message, position) => {
      recorded = position;
      listener.message(message, position);
    },
    lifecycle: (event, position) => {
      recorded = position ?? recorded;
      listener.lifecycle(event, position);
    },
    refused: (message, error) => listener.refused(message, error),
  });
  return {
    get found() {
      return place().found;
    },
    launch: (request, listener) => place().launch(request, {}, recording(listener)),
    adopt: (kernelId, _after, listener) => place().adopt(kernelId, recorded, listener),
    close: () => place().close(),
    end: () => place().end(),
  };
}
