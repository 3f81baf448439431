import type { LaunchRequest } from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { Fields } from '../hosted/codec/fields.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import type { KnownProcess } from '../remote/kernel-host.ts';
import type { FarKernel } from './kernel-scripts.ts';

/** What is recorded of a kernel, so that whoever holds it next finds it. Its key is in it, as in every such record (A1). */
export function knownKernel(kernel: FarKernel, key: string): KnownProcess {
  return { ...kernel, key };
}

/** @throws MalformedError */
export function readKnownKernel(known: KnownProcess): { readonly kernel: FarKernel; readonly key: string } {
  const fields = new Fields(known, 'the record of a kernel by ssh');
  const kernel = { name: fields.text('name'), socketFolder: fields.text('socketFolder') };
  // They become part of commands that remove folders.
  if (!/^[A-Za-z0-9-]{8,}$/.test(kernel.name) || !/^\/tmp\/itl-[a-f0-9]{16}$/.test(kernel.socketFolder))
    throw new MalformedError('the record of a kernel by ssh names no folders of ours');
  return { kernel, key: fields.text('key') };
}

/** As it is there: its sockets are in a folder of its own, so that their numbers never change. */
export function connectionThere(
  { kernelspec, sessionPath }: LaunchRequest,
  { socketFolder }: FarKernel,
  key: string,
): ConnectionInfo {
  return {
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
    ip: `${socketFolder}/k`,
    key,
    transport: 'ipc',
    signature_scheme: 'hmac-sha256',
    kernel_name: kernelspec.name,
    jupyter_session: sessionPath ?? '',
  };
}
