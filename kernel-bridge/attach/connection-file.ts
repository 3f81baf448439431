import { readFile } from 'node:fs/promises';
import { PlaceError } from '../places/place-error.ts';
import { type ConnectionInfo, PORT_NAMES, type PortName } from '../protocol/connection-info.ts';
import { type Fields, parseJson } from '../hosted/codec/fields.ts';

const REMEDY = 'Choose the connection file of a kernel that runs; %connect_info in it says which that is.';

/**
 * Reads a connection file that any program has written, with Jupyter's defaults for what it leaves out.
 * @throws PlaceError PLACE_UNFIT; its words hold nothing of the file's content, which has a key
 */
export async function readConnectionFile(file: string): Promise<ConnectionInfo> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing
      ? 'is not there'
      : `cannot be read (${(cause as NodeJS.ErrnoException).code ?? ''})`;
    throw new PlaceError('PLACE_UNFIT', `The connection file ${file} ${what}.`, REMEDY, {}, { cause });
  }
  try {
    return readFields(parseJson(bytes, 'it'));
  } catch (error) {
    const reason = (error as Error).message;
    throw new PlaceError('PLACE_UNFIT', `${file} is not the connection file of a kernel: ${reason}.`, REMEDY);
  }
}

/** @throws MalformedError */
function readFields(fields: Fields): ConnectionInfo {
  const text = (name: string, otherwise: string): string =>
    fields.has(name) ? fields.text(name) : otherwise;
  const ports = PORT_NAMES.map((name) => [name, fields.count(name)] as const);
  const curve = fields.has('curve_publickey') ? fields.text('curve_publickey') : '';
  return {
    ...(Object.fromEntries(ports) as Record<PortName, number>),
    ip: text('ip', '127.0.0.1'),
    key: text('key', ''),
    transport: fields.has('transport') ? fields.oneOf('transport', ['ipc', 'tcp']) : 'tcp',
    signature_scheme: text('signature_scheme', 'hmac-sha256'),
    kernel_name: text('kernel_name', ''),
    jupyter_session: text('jupyter_session', ''),
    ...(curve !== '' && { curve_publickey: curve }),
  };
}
