import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { PORT_NAMES, type PortName } from '../protocol/connection-info.ts';

/** @throws MalformedError, and the file system's errors */
export function readConnection(file: string): ConnectionInfo {
  const fields = parseJson(readFileSync(file), 'the connection file');
  const ports = Object.fromEntries(PORT_NAMES.map((name) => [name, fields.count(name)]));
  const secret = fields.has('curve_secretkey') ? fields.text('curve_secretkey') : '';
  return {
    ...(ports as Record<PortName, number>),
    ip: fields.text('ip'),
    key: fields.text('key'),
    transport: fields.oneOf('transport', ['ipc', 'tcp']),
    signature_scheme: fields.text('signature_scheme'),
    kernel_name: fields.has('kernel_name') ? fields.text('kernel_name') : '',
    ...(secret !== '' && { curve_secretkey: secret }),
  };
}

/** As Jupyter names connection files: `kernel-<id>.json`. */
export function kernelIdOf(file: string): string {
  return basename(file, '.json').replace(/^kernel-/, '');
}
