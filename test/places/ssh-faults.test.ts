import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { answers, KernelClient } from '../doubles/kernel-client.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../servers/small-disk.ts';
import { asSupervisor, makeSshPlace } from '../servers/ssh-place.ts';
import { type SshdUnderTest, startSshd, whyNoSshd } from '../servers/sshd.ts';
import { makeSupervisorPlace, type PlaceUnderTest, pythonLaunch } from '../servers/supervisor-place.ts';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';

const missing = whyNoSshd();
if (missing !== null) process.stderr.write(`\nNOT RUN: faults of kernels by ssh: ${missing}\n`);
const noDisk = whyNoSmallDisk();
if (noDisk !== null) process.stderr.write(`\nNOT RUN: a full disk at the other end of ssh: ${noDisk}\n`);

describe.runIf(missing === null)('by ssh', () => {
  let sshd: SshdUnderTest;
  let proxy: TcpProxy;
  let local: PlaceUnderTest;
  let here: KernelSupervisor;
  const ends: (() => unknown)[] = [];
  beforeEach(async () => {
    sshd = await startSshd();
    proxy = await startTcpProxy(sshd.port);
    local = await makeSupervisorPlace();
    here = await connectSupervisor(local.options);
  });
  afterEach(async () => {
    await here.end();
    for (const end of ends.splice(0).reverse()) await end();
    await proxy.close();
    await sshd.stop();
    await local.remove();
  });

  function open(mode: 'direct' | 'supervised' | 'auto') {
    const through = {
      ...sshd,
      port: proxy.port,
      hostKeyLine: sshd.hostKeyLine.replace(/:\d+/, `:${proxy.port}`),
    };
    const place = makeSshPlace({
      sshd: through,
      here,
      log: local.options.log,
      root: local.root,
      settings: { mode },
    });
    ends.push(() => place.end());
    return place;
  }
  async function launch(mode: 'direct' | 'supervised', changes: { readonly argv?: readonly string[] } = {}) {
    const place = open(mode);
    const client = new KernelClient();
    const request = await pythonLaunch(local);
    const { kernelspec } = request;
    const spec = { ...kernelspec.spec, ...changes };
    const launcher = new SupervisorLauncher(asSupervisor(place, here));
    const asked = {
      ...request,
      kernelId: randomUUID(),
      environment: {},
      kernelspec: { ...kernelspec, spec },
    };
    client.attach(await launcher.launch(asked, client.listener));
    await client.kernel.ready();
    return { client, place };
  }
  const counting = 'import time\nfor i in range(900):\n    print(i, flush=True)\n    time.sleep(0.1)';

  test.each(['direct', 'supervised'] as const)(
    '%s: a network that is silent for a minute is noticed, and all that can be is heard afterwards',
    async (mode) => {
      const { client } = await launch(mode);
      const id = client.execute(counting);
      await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
      proxy.cut('silently');
      await client.listener.untilLifecycle('warned');
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      proxy.mend();
      await client.idle(id);
      const heard = client.textOf(id).trim().split('\n').map(Number);
      expect(heard.at(-1)).toBe(899);
      const gaps = client.listener.lifecycles.filter(({ kind }) => kind === 'reattached');
      if (mode === 'supervised') {
        expect(heard).toEqual(Array.from({ length: 900 }, (_, i) => i));
        expect(gaps).toEqual([]);
      } else {
        expect(heard.length).toBeLessThan(900);
        expect(gaps).toMatchObject([
          { why: expect.stringMatching(/ssh connection .* was broken/) as string },
        ]);
      }
    },
  );

  test('a kernel that dies while it cannot be reached is told to have died, with its exit code', async () => {
    const { client } = await launch('direct');
    const id = client.execute('import os, time; print("on", flush=True); time.sleep(3); os._exit(9)');
    await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
    proxy.cut();
    await client.listener.untilLifecycle('warned');
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    proxy.mend();
    expect(await client.listener.untilLifecycle('died')).toMatchObject({ exit: { exitCode: 9 } });
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print("fresh")')).text).toBe('fresh\n');
    const kinds = client.listener.lifecycles.map(({ kind }) => kind);
    expect(kinds.indexOf('reattached')).toBeLessThan(kinds.indexOf('died'));
  });

  test('a program that makes no sockets is given up after a minute, and ended', async () => {
    await expect(launch('direct', { argv: ['sleep', '600'] })).rejects.toThrow(
      /made no sockets within a minute/,
    );
  });

  if (noDisk === null) {
    test('a full disk there is told when the place is tried', async () => {
      ends.push(mountSmallDisk(join(sshd.home, '.cache'), 4096));
      await expect(open('auto').check(() => undefined)).rejects.toMatchObject({ code: 'PLACE_REFUSED' });
    });

    test('a disk that is too small for our program leaves kernels alone there', async () => {
      ends.push(mountSmallDisk(join(sshd.home, '.cache'), 1024 * 1024));
      await expect(open('supervised').check(() => undefined)).rejects.toMatchObject({
        code: 'PLACE_REFUSED',
      });
    });
  }
});
