import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { launcherContract } from '../contract/launcher-contract.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { BROWSER_PYTHON, HostingBrowser } from '../servers/hosting-browser.ts';

let hosting: HostingBrowser;
beforeAll(async () => {
  hosting = await HostingBrowser.start();
});
afterAll(() => hosting.close());

/** A Python has no process to be known by: when it was started tells it from another. */
const STARTED =
  'import time, builtins; print(builtins.__dict__.setdefault("started", time.time_ns() // 1000))';

launcherContract(
  'a page of a browser',
  async () => {
    const hostId = randomUUID();
    const { page, host } = await hosting.open(hostId);
    const pythons = (): number =>
      page.workers().filter((worker) => worker.url().endsWith('/python-worker.js')).length;
    let launcher = new SupervisorLauncher(host.supervisor);
    return {
      launcher,
      request: {
        kernelspec: { ...BROWSER_PYTHON, place: 'browser' },
        workingDirectory: '/',
        environment: {},
        pythonPrefix: '/',
        runtimeDirectory: '/',
      },
      processes: {
        idOf: async (client) => {
          expect(pythons()).toBeGreaterThan(0);
          return Number((await client.run(STARTED)).text);
        },
        kill: (client) => void client.execute('import os; os._exit(9)'),
        // Its page has let go of all its workers.
        isAlive: async () => {
          await expect.poll(pythons, { timeout: 5000 }).toBe(0);
          return false;
        },
      },
      cut: () => hosting.proxy.cut(),
      mend: () => hosting.proxy.mend(),
      // The page holds its kernels; here there is only who listens.
      takeOver: async (kernelId, listener) => {
        const after = launcher.heardOf(kernelId);
        await hosting.desk.restart();
        launcher = new SupervisorLauncher((await hosting.desk.reached(hostId)).supervisor);
        return launcher.adopt(kernelId, listener, after);
      },
      dispose: async () => {
        hosting.proxy.mend();
        await launcher.close();
        await page.close();
      },
    };
  },
  {
    capabilities: { resume: true, limits: false, restart: true, pause: false },
    implementation: 'in_the_loop_pyodide',
    knowsExit: false,
    // No folder of this machine, nor a debugger beside the one thread that Python has.
    startsAsAsked: false,
    checksFolder: false,
    seesProcesses: false,
    hasIpykernel: false,
    answersWhileBusy: false,
    timeLimit: 180_000,
  },
);
