import type { Fields } from './fields.ts';
import type { ProtocolRange } from './protocol-version.ts';

/**
 * What a server says in JSON to whoever has kernels, a supervisor or a host; their `down.ts` is what it hears.
 *
 * It begins with `hello` and is answered by `welcome`, which names the kernels that are there, or by `unwelcome`. For each
 * kernel that it knows or adopts it says `attach`, and from then on hears the kernel's entries behind `after`, as many
 * as the window holds; each `acknowledge` makes room for more. A `request` is answered by one `answer` of the same id,
 * in any order. After a break it says the same again: hello, attach, what was sent and not handed over, and the
 * requests without an answer, which the peer knows by client and id and does not do twice.
 *
 * `Launch` is what the peer reads of a launch.
 */
export type UpToAny<Launch extends LaunchAsked> =
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
  | { readonly type: 'request'; readonly id: number; readonly request: RequestToAny | Launch };

export interface LaunchAsked {
  readonly do: 'launch';
}

/** What is asked of a supervisor and of a host alike. */
export type RequestToAny =
  | { readonly do: 'ready' | 'interrupt' | 'handed-over'; readonly kernelId: string }
  /** Without a path, that of the launch or the last restart. */
  | { readonly do: 'restart'; readonly kernelId: string; readonly sessionPath?: string | null }
  | { readonly do: 'shutdown'; readonly kernelId: string; readonly now: boolean }
  /** Ends all kernels; the supervisor ends when the client has gone. */
  | { readonly do: 'end' }
  | { readonly do: 'status' };

const REQUESTS = [
  'launch',
  'ready',
  'interrupt',
  'handed-over',
  'restart',
  'shutdown',
  'end',
  'status',
] as const;

/**
 * @returns null for a type that is not among these
 * @throws MalformedError
 */
export function readUp<Launch extends LaunchAsked>(
  fields: Fields,
  readLaunch: (launch: Fields) => Launch,
): UpToAny<Launch> | null {
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
    case 'request':
      return { type, id: fields.count('id'), request: readRequest(fields.fields('request'), readLaunch) };
    default:
      return null;
  }
}

function readRequest<Launch extends LaunchAsked>(
  fields: Fields,
  readLaunch: (launch: Fields) => Launch,
): RequestToAny | Launch {
  const asked = fields.oneOf('do', REQUESTS);
  switch (asked) {
    case 'launch':
      return readLaunch(fields.fields('launch'));
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
