import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { GatewayKernelspec } from './gateway-client.ts';

/** A kernelspec of a gateway as one of ours. @param resourceDirectory where its logos are kept here */
export function offeredKernelspec(spec: GatewayKernelspec, resourceDirectory: string): Kernelspec {
  return {
    name: spec.name,
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
      metadata: spec.metadata ?? {},
    },
  };
}
