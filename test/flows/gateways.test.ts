import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';
import { type GatewayUnderTest, gatewayUnderTest } from '../servers/gateway-place.ts';
import { startJupyterServer } from '../servers/gateway-server.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { answers, type KernelClient } from '../doubles/kernel-client.ts';

const kindsOf = ({ listener }: KernelClient): string[] => listener.lifecycles.map(({ kind }) => kind);

describe('a kernel of a jupyter_server elsewhere', () => {
  let server: JupyterServerProcess;
  let proxy: TcpProxy;
  let under: GatewayUnderTest;
  beforeAll(async () => {
    server = await startJupyterServer({
      base: '/user/ada/',
      args: ['--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=200'],
    });
    proxy = await startTcpProxy(Number(new URL(server.origin).port));
    under = gatewayUnderTest(`http://127.0.0.1:${proxy.port}/user/ada/`);
  });
  afterAll(async () => {
    await under?.dispose();
    await proxy?.close();
    await server?.close();
  });

  async function ask(path: string, method = 'GET'): Promise<unknown> {
    const headers = { Authorization: `token ${server.token}` };
    const response = await fetch(`${server.origin}${server.base}api/${path}`, { method, headers });
    return response.status === 204 ? null : response.json();
  }
  const listed = (): Promise<{ id: string }[]> => ask('kernels') as Promise<{ id: string }[]>;

  async function launchReady() {
    const launched = await under.launch();
    onTestFinished(() => launched.kernel.shutdown());
    await launched.kernel.ready();
    const [remote] = await listed();
    return { ...launched, remoteId: remote?.id ?? '' };
  }

  test('[R1] [R2] [E1] [E2] answers, is interrupted, restarted and ended there', async () => {
    const { client, kernel } = await launchReady();
    expect((await client.run('x = 6 * 7; print(x)')).text).toBe('42\n');
    const parents = client.listener.messages.map(({ parentHeader }) => parentHeader?.msg_type);
    expect(parents).not.toContain('kernel_info_request');
    const long = client.execute('import time\nprint("on")\ntime.sleep(60)');
    await client.listener.untilMessage((m) => answers(m, long) && m.header.msg_type === 'stream');
    await kernel.interrupt();
    expect(await client.reply(long)).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await kernel.restart();
    expect((await client.run('print("x" in dir())')).text).toBe('False\n');
    expect(kindsOf(client)).toEqual([]);
    await kernel.shutdown();
    expect(await listed()).toEqual([]);
    expect(() => client.execute('1')).toThrow(/dead/);
  });

  test('[W1] buffers, NaN and big numbers pass as they are', async () => {
    const { client } = await launchReady();
    const code = [
      'ip = get_ipython().kernel',
      'content = {"data": {"big": 12345678901234567890, "nan": float("nan")}, "comm_id": "c"}',
      'ip.session.pack = lambda o: __import__("json").dumps(o, default=str).encode()',
      'ip.session.send(ip.iopub_socket, "comm_msg", content, parent=ip.get_parent("shell"), buffers=[bytes(range(256))])',
    ].join('\n');
    const id = client.execute(code);
    const message = await client.listener.untilMessage((m) => m.header.msg_type === 'comm_msg');
    const content = Buffer.from(message.frames[3] ?? []).toString();
    expect(content).toContain('12345678901234567890');
    expect(content).toContain('NaN');
    expect([...(message.frames[4] ?? [])]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    await client.reply(id);
  });

  test('[I5] [GW3] what falls into a break is a gap that is told; the same session gets what its server kept', async () => {
    const { client, kernel } = await launchReady();
    const id = client.execute(
      'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.1)\nprint("end")',
    );
    await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
    proxy.cut();
    expect(await client.listener.untilLifecycle('warned')).toMatchObject({
      text: expect.stringContaining('may go on there') as string,
    });
    // Waits until it can be sent.
    const meanwhile = client.execute('print("meanwhile")');
    proxy.mend();
    expect(await client.listener.untilLifecycle('reattached')).toMatchObject({
      why: expect.stringContaining('was broken') as string,
    });
    await client.idle(meanwhile);
    expect(client.textOf(meanwhile)).toBe('meanwhile\n');
    expect(client.textOf(id)).toContain('end\n');
    expect(await kernel.finished()).toBe(true);
    expect(kindsOf(client)).toEqual(['warned', 'reattached']);
  });

  test('[A1] [A3] another holder takes it over, and hears it under the same session', async () => {
    const { client, kernel, remoteId } = await launchReady();
    await client.run('x = 1');
    const id = client.execute('import time; time.sleep(1); print("later")');
    await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'execute_input');
    await kernel.detach();
    const next = under.another();
    const [record] = await next.records();
    expect(record).toMatchObject({ remoteId, request: { kernelId: kernel.id } });
    expect(JSON.stringify(record)).not.toContain(server.token);
    const adopted = await next.adopt(record!, client.listener, new Date());
    client.attach(adopted);
    expect(await client.listener.untilLifecycle('reattached')).toBeDefined();
    expect((await client.run('print(x)')).text).toBe('1\n');
    expect(client.textOf(id)).toBe('later\n');
    await adopted.shutdown();
    expect(await next.records()).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  test('[D1] [D2] [GW3] its death is told as its server tells it, and the next process gets what waits', async () => {
    const { client } = await launchReady();
    await client.run('x = 1');
    client.execute('import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
    expect(await client.listener.untilLifecycle('died')).toMatchObject({
      exit: { explanation: expect.stringContaining('restarts it') as string },
    });
    expect((await client.run('print("x" in dir())')).text).toBe('False\n');
    expect(kindsOf(client)).toEqual(['died', 'autorestarted']);
  });

  test('[GW3] somebody else restarts it, and ends it', async () => {
    const { client, kernel, remoteId } = await launchReady();
    await ask(`kernels/${remoteId}/restart`, 'POST');
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print("new")')).text).toBe('new\n');
    await ask(`kernels/${remoteId}`, 'DELETE');
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({
      exit: { explanation: expect.stringContaining('does not have this kernel any more') as string },
    });
    await expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
  });

  test('[I5] [GW4] a flood beyond its server’s limit is a gap, told once; nothing is lost unreported', async () => {
    const { client } = await launchReady();
    const id = client.execute('for i in range(2000):\n    print(i, flush=True)');
    await client.idle(id);
    const printed = client
      .textOf(id)
      .split('\n')
      .filter((line) => line !== '');
    expect(client.textOf(id)).not.toContain('rate exceeded');
    expect(kindsOf(client)).toEqual(['reattached']);
    expect(new Set(printed).size).toBe(printed.length);
    expect(printed.length).toBeLessThan(2_000);
  });

  test('[GW1] a token that is taken back is told, where it is used', async () => {
    const { client, kernel } = await launchReady();
    under.settings({ token: 'of-yesterday' });
    expect(await client.listener.untilLifecycle('warned')).toMatchObject({
      text: expect.stringContaining('does not accept the token') as string,
    });
    await expect(kernel.interrupt()).rejects.toThrow(/token/);
    expect((await client.run('print("goes on")')).text).toBe('goes on\n');
    await expect(under.launch()).rejects.toMatchObject({ code: 'PLACE_DENIED' });
    under.settings({});
    await kernel.interrupt();
    expect(under.logged.join('\n')).not.toContain('of-yesterday');
    expect(under.logged.join('\n')).not.toContain(server.token);
  });
});
