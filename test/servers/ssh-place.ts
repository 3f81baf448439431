import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import { SshPlace } from '../../kernel-bridge/ssh/ssh-place.ts';
import type { SshSettings } from '../../kernel-bridge/ssh/ssh-settings.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { SshdUnderTest } from './sshd.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const compiled = resolve(import.meta.dirname, '../../dist/kernel-bridge');

export interface SshPlaceUnderTest {
  readonly sshd: SshdUnderTest;
  readonly here: KernelSupervisor;
  readonly log: KernelLog;
  /** Of the test; the place's folder and its kernels' are in it. */
  readonly root: string;
  readonly settings?: Partial<SshSettings>;
  /** Whether the host key was accepted before. Default true. */
  readonly isTrusted?: boolean;
  /** More configurations of ssh. Those of whoever runs the tests are not read. */
  readonly configFiles?: readonly string[];
}

/** A place on a machine by ssh, which is this one. */
export function makeSshPlace(under: SshPlaceUnderTest): SshPlace {
  const { sshd, here, log, root, settings, isTrusted = true, configFiles = [] } = under;
  const folder = join(root, 'place');
  const workingDirectory = join(root, 'work');
  mkdirSync(folder, { recursive: true });
  mkdirSync(workingDirectory, { recursive: true });
  if (isTrusted) writeFileSync(join(folder, 'known_hosts'), `${sshd.hostKeyLine}\n`);
  return new SshPlace({
    id: 'bench',
    settings: {
      host: '127.0.0.1',
      port: sshd.port,
      identityFile: sshd.identityFile,
      python: served,
      workingDirectory,
      mode: 'auto',
      ...settings,
    },
    here,
    log,
    folder,
    version: '1.2.3',
    compiled,
    configFiles,
  });
}

/** As a supervisor: what a server's kernels are launched by. It ends with the place's kernels, and the supervisor of this machine. */
export function asSupervisor(place: SshPlace, here: KernelSupervisor): KernelSupervisor {
  return {
    launch: (request, listener) => place.launch(request, {}, listener),
    get found() {
      return [...place.found, ...here.found];
    },
    adopt: (kernelId, after, listener) =>
      (place.found.some(({ request }) => request.kernelId === kernelId) ? place : here).adopt(
        kernelId,
        after,
        listener,
      ),
    close: async () => {
      await place.close();
      await here.close();
    },
    end: async () => {
      await here.end();
      await place.end();
    },
  };
}
