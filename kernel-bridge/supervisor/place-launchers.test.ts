import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DetachableKernel, KernelListener, LaunchRequest } from '../kernel.ts';
import type { AdoptingLauncher } from './adopting-launcher.ts';
import { writeLaunch } from './kernel-folders.ts';
import { PlaceLaunchers } from './place-launchers.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const listener: KernelListener = { message: () => undefined, lifecycle: () => undefined };

let folder: string;
let did: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'places-'));
  did = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function requestOf(kernelId: string, kind?: string): LaunchRequest {
  return {
    kernelId,
    kernelspec: {
      name: 'python3',
      resourceDirectory: '/r',
      prefix: null,
      spec: {
        argv: [],
        display_name: '',
        language: '',
        env: {},
        interrupt_mode: 'signal',
        metadata: {},
      },
    },
    workingDirectory: '/w',
    sessionPath: null,
    environment: {},
    pythonPrefix: '/p',
    runtimeDirectory: '/run',
    ...(kind !== undefined && { target: { kind } }),
  };
}

function makeLauncher(name: string, left: readonly string[] = []): AdoptingLauncher {
  const note = (what: string) => {
    did.push(`${name} ${what}`);
    return Promise.resolve({} as DetachableKernel);
  };
  return {
    launch: ({ kernelId }) => note(`launches ${kernelId}`),
    records: () =>
      Promise.resolve(
        left.map((id) => ({
          request: requestOf(id, name === 'local' ? undefined : name),
          isHeardLater: true,
        })),
      ),
    adopt: ({ request }) => note(`adopts ${request.kernelId}`),
    detach: async () => void (await note('detaches')),
    close: async () => void (await note('closes')),
  };
}

function loading(name: string, left: readonly string[] = []) {
  return () => {
    did.push(`${name} is loaded`);
    return Promise.resolve(() => makeLauncher(name, left));
  };
}

function leave(kernelId: string, kind?: string): void {
  mkdirSync(join(folder, kernelId));
  writeLaunch(join(folder, kernelId), requestOf(kernelId, kind));
}

test('[X1] a kernel goes to the launcher of its kind, loaded when first needed, and to this machine without one', async () => {
  const launchers = new PlaceLaunchers({ log, folder }, makeLauncher('local'), {
    ssh: loading('ssh'),
    slurm: loading('slurm'),
  });
  await launchers.launch(requestOf('a'), listener);
  await launchers.launch(requestOf('b', 'ssh'), listener);
  await launchers.launch(requestOf('c', 'ssh'), listener);
  await launchers.detach();
  expect(did).toEqual([
    'local launches a',
    'ssh is loaded',
    'ssh launches b',
    'ssh launches c',
    'local detaches',
    'ssh detaches',
  ]);
});

test('[X1] a kind that nobody knows fails its launch, whatever it is called', async () => {
  const launchers = new PlaceLaunchers({ log, folder }, makeLauncher('local'), {});
  for (const kind of ['moon', 'constructor', '__proto__'])
    await expect(launchers.launch(requestOf('a', kind), listener)).rejects.toMatchObject({
      code: 'KERNEL_LAUNCH_FAILED',
    });
  expect(did).toEqual([]);
});

test('[X1] only the kinds of kernels that were left are loaded, and each takes over its own', async () => {
  leave('a');
  leave('b', 'ssh');
  leave('lost', 'moon');
  const launchers = new PlaceLaunchers({ log, folder }, makeLauncher('local', ['a']), {
    ssh: loading('ssh', ['b']),
    slurm: loading('slurm'),
  });
  const records = await launchers.records();
  expect(records.map(({ request }) => request.kernelId)).toEqual(['a', 'b']);
  for (const record of records) await launchers.adopt(record, listener, new Date());
  await launchers.close();
  expect(did).toEqual(['ssh is loaded', 'local adopts a', 'ssh adopts b', 'local closes', 'ssh closes']);
});

test('[X1] a launcher that could not be loaded is tried again', async () => {
  let isBroken = true;
  const load = loading('ssh');
  const launchers = new PlaceLaunchers({ log, folder }, makeLauncher('local'), {
    ssh: () => (isBroken ? Promise.reject(new Error('no memory')) : load()),
  });
  await expect(launchers.launch(requestOf('a', 'ssh'), listener)).rejects.toThrow('no memory');
  isBroken = false;
  await launchers.launch(requestOf('b', 'ssh'), listener);
  expect(did).toEqual(['ssh is loaded', 'ssh launches b']);
});
