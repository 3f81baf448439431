import { join } from 'node:path';
import { FarSupervisor } from '../../kernel-bridge/far/far-supervisor.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { startDialInDesk } from '../servers/dial-in-desk.ts';
import { AgentMachine } from '../servers/runtime-agent.ts';
import { makeSupervisorPlace, pythonLaunch } from '../servers/supervisor-place.ts';
import { startTcpProxy } from '../servers/tcp-proxy.ts';

launcherContract(
  'a machine that dials in',
  async () => {
    const local = await makeSupervisorPlace();
    const { desk, port, close } = await startDialInDesk(local.options.log);
    const proxy = await startTcpProxy(port);
    const dialIn = desk.expect('machine');
    const machine = new AgentMachine(`http://127.0.0.1:${proxy.port}/`, dialIn.key).start();
    const open = async () => {
      const far = new FarSupervisor({
        folder: join(local.root, 'far'),
        title: 'The machine',
        log: local.options.log,
        connect: dialIn.connect,
      });
      await far.reach();
      return { far, launcher: new SupervisorLauncher(far) };
    };
    let holder = await open();
    return {
      launcher: holder.launcher,
      request: {
        ...(await pythonLaunch(local)),
        environment: { PYDEVD_DISABLE_FILE_VALIDATION: '1' },
        inherits: true,
      },
      cut: () => proxy.cut(),
      mend: () => proxy.mend(),
      // Its supervisor holds the kernels; here there is only who listens.
      takeOver: async (kernelId, listener) => {
        await holder.far.close();
        const after = holder.launcher.heardOf(kernelId);
        holder = await open();
        return holder.launcher.adopt(kernelId, listener, after);
      },
      dispose: async () => {
        proxy.mend();
        await holder.launcher.close();
        await machine.remove();
        await proxy.close();
        close();
        await local.remove();
      },
    };
  },
  {
    capabilities: { resume: true, limits: true, restart: true, pause: true },
    checksFolder: false,
    timeLimit: 60_000,
  },
);
