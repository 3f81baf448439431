import { ALL, launcherContract } from '../contract/launcher-contract.ts';
import { supervisedLauncher } from '../servers/supervised-launcher.ts';
import { pythonLaunch } from '../servers/supervisor-place.ts';

// All that a launcher promises must hold through the link, too.
launcherContract('a supervisor in a process of its own', () => supervisedLauncher(pythonLaunch), {
  capabilities: ALL,
  canBeCut: false,
  outlives: false,
});
