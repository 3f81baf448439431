import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../servers/small-disk.ts';

const MIB = 1024 * 1024;
const LINES = 1500;
/** Does not become smaller by being stored. */
const FLOOD = [
  'import base64, os, threading, time, zmq',
  'thread, lifted = get_ipython().kernel.iopub_thread, threading.Event()',
  // What the socket itself drops at its high-water mark would be the kernel's loss.
  'thread.schedule(lambda: (thread.socket.setsockopt(zmq.SNDHWM, 0), lifted.set()))',
  'lifted.wait()',
  `for i in range(${LINES}):`,
  '    print("line", i, base64.b64encode(os.urandom(24_000)).decode(), flush=True)',
  '    time.sleep(0.004)',
  'open("said-all", "w").close()',
].join('\n');

/** What is printed may be cut anywhere. */
const numbersIn = (said: readonly Pick<KernelMessage, 'content'>[]): number[] => {
  const text = said.map(({ content }) => String(content['text'])).join('');
  return Array.from(text.matchAll(/line (\d+) /g), (match) => Number(match[1]));
};
const printed = ({
  header,
  content,
}: Pick<KernelMessage, 'content'> & { header: { msg_type: string } }): boolean =>
  header.msg_type === 'stream' && content['name'] === 'stdout';

const noSmallDisk = whyNoSmallDisk();
if (noSmallDisk === null)
  test(
    'I5: a flood on a full disk stands still, people are told, and all of it is there once there is room',
    flood,
    240_000,
  );
else process.stdout.write(`Full disks are not tested: ${noSmallDisk}.\n`);

async function flood(): Promise<void> {
  const folders = makeServerFolders();
  const unmount = mountSmallDisk(folders.state, 200 * MIB);
  const server = await startOurServer({ folders });
  try {
    const ballast = join(folders.state, 'ballast');
    const { bavail, bsize } = statfsSync(folders.state);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 24 * MIB));
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    const request = socket.start(FLOOD);
    const told = (): boolean =>
      socket.received.some(
        ({ content }) => content['name'] === 'stderr' && /disk/i.test(String(content['text'])),
      );
    await socket.until(told, 'word of the full disk', 60_000);
    // The flood would be over by then: its kernel stands still.
    await sleep(6_000);
    expect(existsSync(join(folders.root, 'said-all'))).toBe(false);
    rmSync(ballast);
    const { reply, iopub } = await socket.finish(request, 90_000);
    expect(reply.content['status']).toBe('ok');
    const all = Array.from({ length: LINES }, (_, line) => line);
    expect(numbersIn(iopub.filter(printed))).toEqual(all);
    const events = await loggedEvents(server, `kernel/${id}`);
    const logged = events.flatMap(({ message }) => (message && printed(message) ? [message] : []));
    expect(numbersIn(logged)).toEqual(all);
    expect((await socket.execute('print("on")')).text).toBe('on\n');
    await socket.close();
  } finally {
    // Its folders cannot all be removed while a disk is mounted in them: that is done below.
    await server.close().catch(() => undefined);
    unmount();
    rmSync(folders.own, { recursive: true, force: true });
  }
}
