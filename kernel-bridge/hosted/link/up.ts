import { type Fields, parseJson } from '../codec/fields.ts';
import { readUp, type RequestToAny, type UpToAny } from '../codec/up.ts';
import type { HostedLaunch } from './kernel-process.ts';

/** What the server says to a host in JSON. */
export type Up = UpToAny<Launch>;

export type UpRequest = RequestToAny | Launch;

interface Launch {
  readonly do: 'launch';
  readonly launch: HostedLaunch;
  /** The launch as it came, to be named by it in `welcome`. */
  readonly asked: Readonly<Record<string, unknown>>;
}

/**
 * @returns null for a type that a newer server may know
 * @throws MalformedError
 */
export function parseUp(payload: Uint8Array): Up | null {
  return readUp(parseJson(payload, 'a message to the host'), (launch) => ({
    do: 'launch',
    launch: readLaunch(launch),
    asked: launch.all,
  }));
}

function readLaunch(fields: Fields): HostedLaunch {
  const kernelspec = fields.fields('kernelspec');
  const spec = kernelspec.fields('spec');
  const limits = fields.has('limits') ? fields.fields('limits').all : {};
  const { memory } = limits;
  return {
    kernelId: fields.text('kernelId'),
    kernelspecName: kernelspec.text('name'),
    language: spec.text('language'),
    metadata: spec.fields('metadata').all,
    sessionPath: fields.textOrNull('sessionPath'),
    environment: fields.textsByName('environment'),
    memory: typeof memory === 'number' && memory > 0 ? memory : null,
  };
}
