import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { ALL, launcherContract } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';

// All that a launcher promises must hold through the link, too.
launcherContract(
  'a supervisor in a process of its own',
  async () => {
    const place = await makeSupervisorPlace();
    const launcher = new SupervisorLauncher(await connectSupervisor(place.options));
    return {
      launcher,
      request: await pythonLaunch(place),
      dispose: async () => {
        await launcher.close();
        await place.remove();
      },
    };
  },
  { capabilities: ALL, canBeCut: false, outlives: false },
);
