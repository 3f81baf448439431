import { readClaim } from '../../kernel-bridge/supervisor/claim.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { supervisorFiles } from '../../kernel-bridge/supervisor/supervisor-files.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { OthersKernels } from '../doubles/others-kernels.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';

// The supervisor in a process of its own, which is killed where its kernels are to change hands.
launcherContract(
  'a supervisor that attaches',
  async () => {
    const place = await makeSupervisorPlace();
    const others = new OthersKernels(place.root);
    let supervisor = await connectSupervisor(place.options);
    let launcher = new SupervisorLauncher(supervisor);
    return {
      launcher,
      request: await pythonLaunch(place),
      prepare: async (environment) => {
        const kernel = await others.start({ environment });
        await others.listens(kernel);
        return { target: { kind: 'attach', connectionFile: await others.wayTo(kernel) } };
      },
      cut: () => others.cut(),
      mend: () => others.mend(),
      takeOver: async (kernelId, listener) => {
        const { claim } = supervisorFiles(place.options.stateDirectory, place.options.socketFolder);
        process.kill(readClaim(claim)?.pid ?? 0, 'SIGKILL');
        await supervisor.close();
        supervisor = await connectSupervisor(place.options);
        launcher = new SupervisorLauncher(supervisor);
        return launcher.adopt(kernelId, listener);
      },
      dispose: async () => {
        await launcher.close();
        await others.close();
        await place.remove();
      },
    };
  },
  {
    capabilities: { resume: false, limits: false, restart: false, pause: false },
    owns: false,
    knowsExit: false,
  },
);
