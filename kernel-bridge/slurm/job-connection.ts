import { randomBytes } from 'node:crypto';
import { curveKeyPair } from 'zeromq';
import { KernelError } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { type ConnectionInfo, PORT_NAMES } from '../protocol/connection-info.ts';
import { parseJson } from '../hosted/codec/fields.ts';

/**
 * What of a connection file is known before a node is: the rest of its JSON object, whose beginning the node writes.
 * @throws KernelError KERNEL_LAUNCH_FAILED for a kernel that cannot encrypt, unless that is allowed
 */
export function connectionSecrets(
  kernelspec: Kernelspec,
  sessionPath: string | null,
  allowUnencrypted: boolean,
): string {
  const canEncrypt = supportsCurve(kernelspec);
  if (!canEncrypt && !allowUnencrypted)
    throw new KernelError(
      'KERNEL_LAUNCH_FAILED',
      `${kernelspec.spec.display_name} cannot encrypt what it says (its kernelspec names no supported_encryption), and the cluster's network may be read by others. Start it with a supervisor in its job (mode "supervised"), or allow it in the settings of the place.`,
    );
  const { publicKey, secretKey } = curveKeyPair();
  const rest = {
    key: randomBytes(32).toString('hex'),
    transport: 'tcp',
    signature_scheme: 'hmac-sha256',
    kernel_name: kernelspec.name,
    jupyter_session: sessionPath ?? '',
    ...(canEncrypt && { curve_publickey: publicKey, curve_secretkey: secretKey }),
  };
  return JSON.stringify(rest).slice(1);
}

/** What a node has written. @throws MalformedError */
export function parseConnection(text: string): ConnectionInfo {
  const fields = parseJson(Buffer.from(text), 'the connection file');
  const ports = Object.fromEntries(PORT_NAMES.map((name) => [name, fields.count(name)]));
  const optional = ['jupyter_session', 'curve_publickey', 'curve_secretkey'].filter((name) =>
    fields.has(name),
  );
  return {
    ...(ports as Pick<ConnectionInfo, (typeof PORT_NAMES)[number]>),
    ip: fields.text('ip'),
    key: fields.text('key'),
    transport: fields.oneOf('transport', ['tcp']),
    signature_scheme: fields.text('signature_scheme'),
    kernel_name: fields.text('kernel_name'),
    ...Object.fromEntries(optional.map((name) => [name, fields.text(name)])),
  };
}

export function supportsCurve(kernelspec: Kernelspec): boolean {
  const supported = kernelspec.spec.metadata['supported_encryption'];
  const names: unknown[] = Array.isArray(supported) ? supported : [supported];
  return names.some((name) => typeof name === 'string' && name.trim().toLowerCase() === 'curve');
}
