import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AGENTS, counting, DialledIn } from '../servers/dialled-in.ts';
import { send, sendOk } from '../servers/http.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';

let world: DialledIn;
beforeEach(async () => {
  world = await DialledIn.start();
});
afterEach(() => world.close());

describe('a machine that dials in', () => {
  test('[G5] [I10] offers its kernels with a key that its arguments do not show, and that no kernel inherits', async () => {
    const { machine, kernelId } = await world.connected();
    expect(machine.argumentsShown).not.toContain('itlm_');
    const socket = await KernelSocket.open(world.server, kernelId);
    const { text } = await socket.execute(
      'import os; print(os.environ["OF_THAT_MACHINE"], os.getcwd(), "IN_THE_LOOP_AGENT_KEY" in os.environ)',
    );
    expect(text).toBe(`there ${world.server.folders.root} False\n`);
    const listed = await sendOk(world.server, { path: AGENTS });
    expect(listed.json()).toMatchObject({
      agents: [{ title: 'My workstation', isConnected: true, machine: { labels: { gpu: 'none' } } }],
    });
    expect(listed.text()).not.toContain('itlm_');
    const logged = JSON.stringify(await loggedEvents(world.server, 'runtime-agents'));
    expect(logged).not.toContain('itlm_');
  });

  test('[I4] [O3] loses nothing when the server is killed and started anew in the middle of a run', async () => {
    const { kernelId } = await world.connected();
    const socket = await KernelSocket.open(world.server, kernelId);
    socket.start(counting(60, 0.05));
    await socket.find((m) => m.content['text'] === '5\n');
    await world.restartServer();
    await world.untilCounted(kernelId, 60);
    const again = await KernelSocket.open(world.server, kernelId);
    expect((await again.execute('print(i)')).text).toBe('59\n');
  });

  test('[G1] [I4] loses nothing when the agent is killed and started anew in the middle of a run', async () => {
    const { machine, kernelId } = await world.connected();
    const socket = await KernelSocket.open(world.server, kernelId);
    socket.start(counting(60, 0.05));
    await socket.find((m) => m.content['text'] === '5\n');
    await machine.signal('SIGKILL');
    await world.untilGone();
    machine.start();
    await world.untilCounted(kernelId, 60);
    expect((await socket.execute('print(i)')).text).toBe('59\n');
  });

  test('[O3] [N1] loses nothing when the connection breaks, and gets what was sent meanwhile', async () => {
    const { kernelId } = await world.connected();
    const socket = await KernelSocket.open(world.server, kernelId);
    socket.start(counting(40, 0.05));
    await socket.find((m) => m.content['text'] === '5\n');
    world.network.cut();
    world.network.mend();
    const meanwhile = socket.execute('print("sent meanwhile")');
    expect((await meanwhile).text).toBe('sent meanwhile\n');
    const all = Array.from({ length: 40 }, (_, each) => `${each}\n`).join('');
    expect(await world.printedIn(kernelId)).toBe(`${all}end\nsent meanwhile\n`);
  });

  test('leaves its kernels when it is asked to stop, and ends them when it is asked for that', async () => {
    const { machine, kernelId } = await world.connected();
    const socket = await KernelSocket.open(world.server, kernelId);
    const pid = Number((await socket.execute('import os; print(os.getpid())')).text);
    expect(await machine.signal('SIGTERM')).toBe(0);
    expect(machine.printed).toContain('leaves 1 kernel running');
    expect(process.kill(pid, 0)).toBe(true);
    expect(await machine.stop()).toBe('Ended 1 kernel.\n');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('a key', () => {
  test('[G4] [I7] that is revoked while it is in use ends the connection at once, and explains it in the cell', async () => {
    const { machine, kernelId, id } = await world.connected();
    const socket = await KernelSocket.open(world.server, kernelId);
    const asked = socket.start('import time; time.sleep(60)');
    await socket.find((m) => m.content['execution_state'] === 'busy');
    await sendOk(world.server, { method: 'DELETE', path: `${AGENTS}/${id}` });
    expect(await machine.exit).toBe(1);
    expect(machine.printed).toContain('The key of My workstation was revoked.');
    const reply = await socket.find(
      (m) => m.header.msg_type === 'execute_reply' && m.parent_header.msg_id === asked.msg_id,
    );
    expect(JSON.stringify(reply.content)).toContain('was revoked');
    expect((await send(world.server, { path: `/api/kernels/${kernelId}` })).status).toBe(404);
    expect(await machine.start().exit).toBe(1);
    expect(machine.printed).toContain('This key is unknown here, or was revoked.');
  });

  test('[G3] that is wrong is refused in words, and that comes twice is with the newer one', async () => {
    const wrong = world.machineWith(`itlm_${'x'.repeat(43)}`).start();
    expect(await wrong.exit).toBe(1);
    expect(wrong.printed).toContain('This key is unknown here, or was revoked.');
    const { key } = await world.makeKey();
    const first = world.machineWith(key).start();
    await first.untilPrinted('Connected to');
    const second = world.machineWith(key).start();
    await second.untilPrinted('Connected to');
    expect(await first.exit).toBe(1);
    expect(first.printed).toContain('Another agent has come with the same key, and takes its place.');
  });

  test('[G3] that comes from another machine than that of its kernels is told so, and disturbs them not', async () => {
    const { machine, kernelId } = await world.connected();
    const other = world.machineWith(machine.key).start();
    expect(await other.exit).toBe(1);
    expect(other.printed).toContain('Make a key of its own for each machine');
    const socket = await KernelSocket.open(world.server, kernelId);
    expect((await socket.execute('print(1)')).text).toBe('1\n');
  });
});
