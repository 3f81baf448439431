import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { DiskKernelspecs } from '../../kernel-bridge/kernelspecs/disk-kernelspecs.ts';
import type { ConnectOptions } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { launchIn } from './launch-in.ts';

/** The compiled program, since a supervisor is a process of its own. */
const program = resolve(import.meta.dirname, '../../dist/kernel-bridge/supervisor/main.js');

export interface PlaceUnderTest {
  readonly options: ConnectOptions;
  readonly logged: { readonly fields: object; readonly message: string }[];
  /** Of the state directory, and all that belongs to the test. */
  readonly root: string;
  remove(): Promise<void>;
}

export async function makeSupervisorPlace(more: Partial<ConnectOptions> = {}): Promise<PlaceUnderTest> {
  const root = await mkdtemp(join(tmpdir(), 'sup-'));
  const logged: PlaceUnderTest['logged'] = [];
  const note = (fields: object, message: string) => logged.push({ fields, message });
  return {
    options: {
      stateDirectory: join(root, 'state'),
      socketFolder: root,
      programVersion: '1.2.3',
      program,
      idleSeconds: 1,
      log: { debug: note, info: note, warn: note },
      ...more,
    },
    logged,
    root,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

const served = resolve(import.meta.dirname, '../../.venv');

/** For a kernel that runs ipykernel, in a folder of the place. */
export async function pythonLaunch({ root }: PlaceUnderTest): Promise<LaunchRequest> {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find('python3');
  if (kernelspec === undefined) throw new Error('there is no kernelspec python3');
  const environment = { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' };
  return launchIn(root, { kernelspec, environment, pythonPrefix: served });
}
