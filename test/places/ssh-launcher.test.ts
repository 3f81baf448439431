import { afterAll, beforeAll, describe } from 'vitest';
import { readClaim } from '../../kernel-bridge/supervisor/claim.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { supervisorFiles } from '../../kernel-bridge/supervisor/supervisor-files.ts';
import { launcherContract, type LauncherUnderTest } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { asSupervisor, makeSshPlace } from '../servers/ssh-place.ts';
import { type SshdUnderTest, startSshd, whyNoSshd } from '../servers/sshd.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';

const missing = whyNoSshd();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels by ssh: ${missing}\n`);

describe.runIf(missing === null)('by ssh to this machine', () => {
  let sshd: SshdUnderTest;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  const make = async (mode: 'direct' | 'supervised'): Promise<LauncherUnderTest> => {
    const local = await makeSupervisorPlace();
    const open = async () => {
      const here = await connectSupervisor(local.options);
      const { log } = local.options;
      const place = makeSshPlace({ sshd, here, log, root: local.root, settings: { mode } });
      const supervisor = asSupervisor(place, here);
      return { supervisor, launcher: new SupervisorLauncher(supervisor) };
    };
    let holder = await open();
    return {
      launcher: holder.launcher,
      request: {
        ...(await pythonLaunch(local)),
        environment: { PYDEVD_DISABLE_FILE_VALIDATION: '1' },
      },
      cut: () => sshd.cut(),
      mend: () => sshd.mend(),
      takeOver: async (kernelId, listener) => {
        const { claim } = supervisorFiles(local.options.stateDirectory, local.options.socketFolder);
        // It holds kernels that are there alone. That there the other holds is not touched by the end of a server.
        if (mode === 'direct') process.kill(readClaim(claim)?.pid ?? 0, 'SIGKILL');
        await holder.supervisor.close();
        const after = holder.launcher.heardOf(kernelId);
        holder = await open();
        return holder.launcher.adopt(kernelId, listener, after);
      },
      dispose: async () => {
        await holder.launcher.close();
        await local.remove();
      },
    };
  };

  launcherContract('a supervisor at the other end of ssh', () => make('supervised'), {
    capabilities: { resume: true, limits: true, restart: true, pause: true },
    checksFolder: false,
    timeLimit: 60_000,
  });

  launcherContract('a kernel at the other end of ssh, where there is nothing of ours', () => make('direct'), {
    capabilities: { resume: false, limits: false, restart: true, pause: true },
    checksFolder: false,
    timeLimit: 60_000,
  });
});
