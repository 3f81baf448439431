import type { KernelAssignment, LaunchRequest } from '../../kernel.ts';
import { type Fields, parseJson } from '../../protocol/fields.ts';
import { readAssignment, readLaunchRequest } from '../../protocol/launch-request.ts';
import type { ProtocolRange } from './protocol-version.ts';

/**
 * What a server says to the supervisor in JSON; `down.ts` is what it hears.
 *
 * It begins with `hello` and is answered by `welcome`, which names the kernels that are there, or by `unwelcome`. For each
 * kernel that it knows or adopts it says `attach`, and from then on hears the kernel's entries behind `after`, as many
 * as the window holds; each `acknowledge` makes room for more. A `request` is answered by one `answer` of the same id,
 * in any order. After a break it says the same again: hello, attach, what was sent and not handed over, and the
 * requests without an answer, which the supervisor knows by client and id and does not do twice.
 */
export type Up =
  | {
      readonly type: 'hello';
      readonly protocols: ProtocolRange;
      /** The version of the whole program, for people and for replacing idle supervisors. */
      readonly program: string;
      /** One life of one server: what is numbered is numbered within it. */
      readonly clientId: string;
      /** An observer asks for the status and changes nothing; an owner takes the place of the owner before. */
      readonly role: 'owner' | 'observer';
    }
  | {
      readonly type: 'attach';
      readonly kernelId: string;
      /** The last position that this client has heard, and the last that is recorded. */
      readonly after: number;
      readonly acknowledged: number;
    }
  | { readonly type: 'acknowledge'; readonly kernelId: string; readonly position: number }
  /** A spare kernel has somebody now; said again after a break, and then passed over. */
  | { readonly type: 'assign'; readonly kernelId: string; readonly assignment: KernelAssignment }
  | { readonly type: 'request'; readonly id: number; readonly request: UpRequest };

export type UpRequest =
  | { readonly do: 'launch'; readonly launch: LaunchRequest }
  | { readonly do: 'ready' | 'interrupt' | 'handed-over'; readonly kernelId: string }
  /** Without a path, that of the launch or the last restart. */
  | { readonly do: 'restart'; readonly kernelId: string; readonly sessionPath?: string | null }
  | { readonly do: 'shutdown'; readonly kernelId: string; readonly now: boolean }
  /** Ends all kernels; the supervisor ends when the client has gone. */
  | { readonly do: 'end' }
  | { readonly do: 'status' };

/**
 * @returns null for a type that a newer server may know
 * @throws MalformedError
 */
export function parseUp(payload: Buffer): Up | null {
  const fields = parseJson(payload, 'a message to the supervisor');
  const type = fields.text('type');
  switch (type) {
    case 'hello': {
      const protocols = fields.fields('protocols');
      return {
        type,
        protocols: { min: protocols.count('min'), max: protocols.count('max') },
        program: fields.text('program'),
        clientId: fields.text('clientId'),
        role: fields.oneOf('role', ['owner', 'observer']),
      };
    }
    case 'attach': {
      const [after, acknowledged] = [fields.count('after'), fields.count('acknowledged')];
      return { type, kernelId: fields.text('kernelId'), after, acknowledged };
    }
    case 'acknowledge':
      return { type, kernelId: fields.text('kernelId'), position: fields.count('position') };
    case 'assign':
      return {
        type,
        kernelId: fields.text('kernelId'),
        assignment: readAssignment(fields.fields('assignment')),
      };
    case 'request':
      return { type, id: fields.count('id'), request: readRequest(fields.fields('request')) };
    default:
      return null;
  }
}

function readRequest(fields: Fields): UpRequest {
  const asked = fields.oneOf('do', [
    'launch',
    'ready',
    'interrupt',
    'handed-over',
    'restart',
    'shutdown',
    'end',
    'status',
  ]);
  switch (asked) {
    case 'launch':
      return { do: asked, launch: readLaunchRequest(fields.fields('launch')) };
    case 'ready':
    case 'interrupt':
    case 'handed-over':
      return { do: asked, kernelId: fields.text('kernelId') };
    case 'restart': {
      const path = fields.has('sessionPath') ? { sessionPath: fields.textOrNull('sessionPath') } : {};
      return { do: asked, kernelId: fields.text('kernelId'), ...path };
    }
    case 'shutdown':
      return { do: asked, kernelId: fields.text('kernelId'), now: fields.isTrue('now') };
    case 'end':
    case 'status':
      return { do: asked };
  }
}
