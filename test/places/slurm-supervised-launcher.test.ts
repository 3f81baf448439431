import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { SlurmPlace } from '../../kernel-bridge/slurm/slurm-place.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { memoryKernelspecs } from '../doubles/memory-kernelspecs.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { startDialInDesk } from '../servers/dial-in-desk.ts';
import { MAIN } from '../servers/our-server.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from '../servers/slurm.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';
import { startTcpProxy } from '../servers/tcp-proxy.ts';

const missing = whyNoSlurm();
if (missing !== null) process.stderr.write(`\nNOT RUN: supervisors in Slurm jobs: ${missing}\n`);

/** Nothing of these jobs is this machine's. */
const nobody = {
  found: [],
  launch: () => Promise.reject(new KernelError('KERNEL_LAUNCH_FAILED', 'nothing is started here')),
} as unknown as KernelSupervisor;

describe.runIf(missing === null)('on a cluster of this machine', () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await startSlurm();
  });
  afterAll(() => cluster.stop());

  launcherContract(
    'a Slurm job whose supervisor dials in',
    async () => {
      const files = await makeSupervisorPlace();
      const { options, root } = files;
      const desk = await startDialInDesk(options.log);
      const proxy = await startTcpProxy(desk.port);
      const folder = join(root, 'place');
      mkdirSync(folder);
      const makePlace = () =>
        new SlurmPlace({
          id: 'cluster',
          settings: {
            ...{ mode: 'supervised', defaults: {}, options: [], setUp: [], allowUnencrypted: false },
            configuration: cluster.configuration,
            serverUrl: `http://127.0.0.1:${proxy.port}`,
          },
          ...{ here: nobody, kernelspecs: memoryKernelspecs([]), log: options.log, folder, desk: desk.desk },
          agent: [process.execPath, MAIN],
        });
      let place = makePlace();
      const supervisor: KernelSupervisor = {
        found: [],
        launch: (request, listener) => place.launch(request, {}, listener),
        adopt: (id, after, listener) => place.adopt(id, after, listener),
        close: () => place.close(),
        end: () => place.end(),
      };
      const launcher = new SupervisorLauncher(supervisor);
      return {
        launcher,
        request: {
          ...(await pythonLaunch(files)),
          environment: { PYDEVD_DISABLE_FILE_VALIDATION: '1' },
        },
        takeOver: async (kernelId, listener) => {
          await place.close();
          place = makePlace();
          return launcher.adopt(kernelId, listener, launcher.heardOf(kernelId));
        },
        cut: () => proxy.cut(),
        mend: () => proxy.mend(),
        dispose: async () => {
          await launcher.close();
          await proxy.close();
          desk.close();
          await files.remove();
        },
      };
    },
    {
      capabilities: { resume: true, limits: true, restart: true, pause: true },
      checksFolder: false,
      timeLimit: 60_000,
    },
  );
});
