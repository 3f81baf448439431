import { createHash } from 'node:crypto';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { nameAtPlace } from '../places/name-at-place.ts';
import type { GatewayKernelspec } from './gateway-client.ts';

/** Names that URLs and lists of this server take as they are. */
const PLAIN = /^[\w.-]{1,100}$/;

/**
 * A kernelspec of a gateway as one of ours. One whose name there is no name here gets another, and says in its metadata what
 * it is called.
 * @param resourceDirectory where its logos are kept here
 */
export function offeredKernelspec(spec: GatewayKernelspec, resourceDirectory: string): Kernelspec {
  const { name } = spec;
  const isPlain = PLAIN.test(name);
  // What that server says of itself under our name is about its own places.
  const metadata = { ...spec.metadata };
  delete metadata['in_the_loop'];
  return {
    name: isPlain ? name : plainName(name),
    resourceDirectory,
    prefix: null,
    spec: {
      // Nobody runs it here, and paths of that machine are nobody's business.
      argv: [],
      display_name: spec.display_name,
      language: spec.language,
      env: {},
      // Its server knows how, and does it.
      interrupt_mode: 'message',
      metadata: isPlain ? metadata : { ...metadata, in_the_loop: { nameThere: name } },
    },
  };
}

/** What the gateway itself calls a kernelspec that was offered. */
export function nameAtGateway(kernelspec: Kernelspec): string {
  const { in_the_loop: ours } = kernelspec.spec.metadata as { in_the_loop?: { nameThere?: unknown } };
  return typeof ours?.nameThere === 'string' ? ours.nameThere : nameAtPlace(kernelspec);
}

function plainName(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.replaceAll(/[^\w.-]+/g, '-').slice(0, 80)}-${digest}`;
}
