import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { answers, contentOf } from '../doubles/kernel-client.ts';
import { startEnterpriseGateway, whyNoEnterpriseGateway } from '../servers/enterprise-gateway.ts';
import { type GatewayUnderTest, gatewayUnderTest } from '../servers/gateway-place.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';

const why = whyNoEnterpriseGateway();
if (why !== null) process.stdout.write(`not run: the tests with Enterprise Gateway: ${why}\n`);

describe.runIf(why === null)('a kernel of an Enterprise Gateway', () => {
  let server: JupyterServerProcess;
  let proxy: TcpProxy;
  let under: GatewayUnderTest;
  beforeAll(async () => {
    server = await startEnterpriseGateway({ args: ['--EnterpriseGatewayApp.max_kernels=2'] });
    proxy = await startTcpProxy(Number(new URL(server.origin).port));
    under = gatewayUnderTest(`http://127.0.0.1:${proxy.port}/`, {
      kernelUsername: 'ada',
      kernelEnvironment: { KERNEL_COLOUR: 'green', SECRET_COLOUR: 'red' },
    });
  });
  afterAll(async () => {
    await under?.dispose();
    await proxy?.close();
    await server?.close();
  });
  async function launchReady() {
    const launched = await under.launch();
    onTestFinished(() => launched.kernel.shutdown());
    await launched.kernel.ready();
    return launched;
  }

  test('[R1] [E1] [E2] answers, knows for whom it runs, is interrupted and restarted there', async () => {
    const { client, kernel } = await launchReady();
    const { text } = await client.run(
      'import os; x = 1; print(*[os.environ.get(n) for n in ("KERNEL_USERNAME", "KERNEL_COLOUR", "SECRET_COLOUR")])',
    );
    expect(text).toBe('ada green None\n');
    const long = client.execute('import time\nprint("on")\ntime.sleep(60)');
    await client.listener.untilMessage((m) => answers(m, long) && m.header.msg_type === 'stream');
    await kernel.interrupt();
    expect(await client.reply(long)).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await kernel.restart();
    expect((await client.run('print("x" in dir())')).text).toBe('False\n');
    expect(client.listener.lifecycles).toEqual([]);
  });

  test('[I5] [GW3] what falls into a break of the way is a gap that is told', async () => {
    const { client } = await launchReady();
    const id = client.execute(
      'import time\nfor i in range(20):\n    print(i, flush=True)\n    time.sleep(0.1)',
    );
    await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
    proxy.cut('silently');
    await client.listener.untilLifecycle('warned');
    proxy.mend();
    await client.listener.untilLifecycle('reattached');
    expect((await client.run('print("again")')).text).toBe('again\n');
  });

  test('[D1] [GW3] its death is told, and it is restarted', async () => {
    const { client } = await launchReady();
    client.execute('import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print("new")')).text).toBe('new\n');
  });

  test('says in its own words that it takes no more', async () => {
    await launchReady();
    await launchReady();
    await expect(under.launch()).rejects.toMatchObject({
      code: 'PLACE_REFUSED',
      message: expect.stringContaining('Resource Limit') as string,
    });
  });

  test('killed and started again, it has lost its kernels, and that is told', async () => {
    const { client } = await launchReady();
    await client.run('x = 1');
    await server.end('SIGKILL');
    await client.listener.untilLifecycle('warned');
    server = await startEnterpriseGateway({ folders: server.folders });
    proxy.leadTo(Number(new URL(server.origin).port));
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({
      exit: { explanation: expect.stringContaining('does not have this kernel any more') as string },
    });
    const again = await launchReady();
    const { reply } = await again.client.run('1 + 1');
    expect(reply).toMatchObject({ status: 'ok' });
    expect(again.client.listener.messages.map(contentOf).length).toBeGreaterThan(0);
  });
});
