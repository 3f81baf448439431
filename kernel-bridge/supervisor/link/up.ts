import type { KernelAssignment, LaunchRequest } from '../../kernel.ts';
import { parseJson } from '../../hosted/codec/fields.ts';
import { readUp, type RequestToAny, type UpToAny } from '../../hosted/codec/up.ts';
import { readAssignment, readLaunchRequest } from '../../protocol/launch-request.ts';

/** What a server says to the supervisor in JSON: what any peer hears, and of spare kernels. */
export type Up =
  | UpToAny<Launch>
  /** A spare kernel has somebody now; said again after a break, and then passed over. */
  | { readonly type: 'assign'; readonly kernelId: string; readonly assignment: KernelAssignment };

export type UpRequest = RequestToAny | Launch;

interface Launch {
  readonly do: 'launch';
  readonly launch: LaunchRequest;
}

/**
 * @returns null for a type that a newer server may know
 * @throws MalformedError
 */
export function parseUp(payload: Buffer): Up | null {
  const fields = parseJson(payload, 'a message to the supervisor');
  const type = fields.text('type');
  if (type === 'assign')
    return {
      type,
      kernelId: fields.text('kernelId'),
      assignment: readAssignment(fields.fields('assignment')),
    };
  return readUp(fields, (launch) => ({ do: 'launch', launch: readLaunchRequest(launch) }));
}
