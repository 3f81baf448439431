import { afterAll, beforeAll, describe } from 'vitest';
import { GATEWAY } from '../../kernel-bridge/gateway/gateway-launcher.ts';
import { writeGatewaySettings } from '../../kernel-bridge/gateway/settings-file.ts';
import { readClaim } from '../../kernel-bridge/supervisor/claim.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { supervisorFiles } from '../../kernel-bridge/supervisor/supervisor-files.ts';
import { launcherContract } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { startEnterpriseGateway, whyNoEnterpriseGateway } from '../servers/enterprise-gateway.ts';
import { gatewayRequest } from '../servers/gateway-place.ts';
import { startJupyterServer } from '../servers/gateway-server.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeSupervisorPlace } from '../servers/supervisor-place.ts';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';

const missing = whyNoEnterpriseGateway();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels of an Enterprise Gateway: ${missing}\n`);

// Their limits of what a kernel prints are theirs, and told as gaps (see test/flows/gateways.test.ts).
const unlimited = { args: ['--ZMQChannelsWebsocketConnection.limit_rate=False'] };
const unlimitedOfOld = { args: ['--ZMQChannelsHandler.limit_rate=False', '--ServerApp.limit_rate=False'] };
contractOf('jupyter_server', () => startJupyterServer(unlimited));
contractOf('this server', () => startOurServer());
if (missing === null) contractOf('an Enterprise Gateway', () => startEnterpriseGateway(unlimitedOfOld));

function contractOf(name: string, start: () => Promise<JupyterServerProcess>): void {
  describe(name, () => {
    let server: JupyterServerProcess;
    let proxy: TcpProxy;
    beforeAll(async () => {
      server = await start();
      proxy = await startTcpProxy(Number(new URL(server.origin).port));
    });
    afterAll(async () => {
      await proxy?.close();
      await server?.close();
    });

    launcherContract(
      `a kernel of ${name}`,
      async () => {
        const place = await makeSupervisorPlace();
        const supervisors = [await connectSupervisor(place.options)];
        let launcher = new SupervisorLauncher(supervisors[0]!);
        const url = `http://127.0.0.1:${proxy.port}${server.base}`;
        const settingsFile = writeGatewaySettings(place.root, {
          url,
          token: server.token,
          kernelUsername: 'ada',
        });
        return {
          get launcher() {
            return launcher;
          },
          request: gatewayRequest(place.root, { kind: GATEWAY, settingsFile, url }),
          cut: () => proxy.cut(),
          mend: () => proxy.mend(),
          takeOver: async (kernelId, listener) => {
            const { claim } = supervisorFiles(place.options.stateDirectory, place.options.socketFolder);
            process.kill(readClaim(claim)?.pid ?? 0, 'SIGKILL');
            await supervisors[0]!.close();
            const next = await connectSupervisor(place.options);
            launcher = new SupervisorLauncher(next);
            return launcher.adopt(kernelId, listener);
          },
          dispose: async () => {
            proxy.mend();
            await launcher.close();
            await place.remove();
          },
        };
      },
      {
        capabilities: { resume: false, limits: false, restart: true, pause: false },
        knowsExit: false,
        renames: false,
        checksFolder: false,
        startsAsAsked: false,
        timeLimit: 90_000,
      },
    );
  });
}
