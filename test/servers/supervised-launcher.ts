import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { LauncherUnderTest } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { makeSupervisorPlace, type PlaceUnderTest } from './supervisor-place.ts';

/** A supervisor in a process of its own, which is asked for a kernel by the link. */
export async function supervisedLauncher(
  requestIn: (place: PlaceUnderTest) => Promise<LaunchRequest>,
): Promise<LauncherUnderTest> {
  const place = await makeSupervisorPlace();
  const launcher = new SupervisorLauncher(await connectSupervisor(place.options));
  return {
    launcher,
    request: await requestIn(place),
    dispose: async () => {
      await launcher.close();
      await place.remove();
    },
  };
}
