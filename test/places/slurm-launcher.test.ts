import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { readClaim } from '../../kernel-bridge/supervisor/claim.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { slurmTarget } from '../../kernel-bridge/slurm/slurm-target.ts';
import { supervisorFiles } from '../../kernel-bridge/supervisor/supervisor-files.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from '../servers/slurm.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';

const missing = whyNoSlurm();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels as Slurm jobs: ${missing}\n`);

describe.runIf(missing === null)('on a cluster of this machine', () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await startSlurm();
  });
  afterAll(() => cluster.stop());

  // A job takes seconds to begin, and its kernel is heard over the network.
  launcherContract(
    "a Slurm job that is reached over the cluster's network",
    async () => {
      const place = await makeSupervisorPlace();
      let supervisor = await connectSupervisor(place.options);
      let launcher = new SupervisorLauncher(supervisor);
      const jobs = join(place.root, 'jobs');
      mkdirSync(jobs);
      const target = slurmTarget({
        owner: 'contract',
        resources: {},
        folder: jobs,
        settings: {
          options: [],
          setUp: [],
          configuration: cluster.configuration,
          networkInterface: 'lo',
          allowUnencrypted: false,
        },
      });
      return {
        launcher,
        takeOver: async (kernelId, listener) => {
          const { claim } = supervisorFiles(place.options.stateDirectory, place.options.socketFolder);
          process.kill(readClaim(claim)?.pid ?? 0, 'SIGKILL');
          await supervisor.close();
          supervisor = await connectSupervisor(place.options);
          launcher = new SupervisorLauncher(supervisor);
          return launcher.adopt(kernelId, listener);
        },
        request: {
          ...(await pythonLaunch(place)),
          target,
          environment: { PYDEVD_DISABLE_FILE_VALIDATION: '1' },
        },
        dispose: async () => {
          await launcher.close();
          rmSync(jobs, { recursive: true, force: true });
          await place.remove();
        },
      };
    },
    {
      capabilities: { resume: false, limits: false, restart: true, pause: false },
      canBeCut: false,
      timeLimit: 60_000,
    },
  );
});
