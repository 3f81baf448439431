import type { ProtocolRange } from './down.ts';
import { Fields } from './fields.ts';
import type { HostedLaunch } from './kernel-process.ts';
import { MalformedError } from './malformed-error.ts';

/** What the server says to a host in JSON; kernel-bridge/supervisor/link/up.ts tells the conversation. */
export type Up =
  | {
      readonly type: 'hello';
      readonly protocols: ProtocolRange;
      readonly program: string;
      readonly clientId: string;
      readonly role: 'owner' | 'observer';
    }
  | {
      readonly type: 'attach';
      readonly kernelId: string;
      readonly after: number;
      readonly acknowledged: number;
    }
  | { readonly type: 'acknowledge'; readonly kernelId: string; readonly position: number }
  | { readonly type: 'request'; readonly id: number; readonly request: UpRequest };

export type UpRequest =
  /** `asked` is the launch as it came, to be named by it in `welcome`. */
  | {
      readonly do: 'launch';
      readonly launch: HostedLaunch;
      readonly asked: Readonly<Record<string, unknown>>;
    }
  | { readonly do: 'ready' | 'interrupt' | 'handed-over'; readonly kernelId: string }
  | { readonly do: 'restart'; readonly kernelId: string; readonly sessionPath?: string | null }
  | { readonly do: 'shutdown'; readonly kernelId: string; readonly now: boolean }
  | { readonly do: 'end' | 'status' };

const decoder = new TextDecoder();

/**
 * @returns null for a type that a newer server may know
 * @throws MalformedError
 */
export function parseUp(payload: Uint8Array): Up | null {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (cause) {
    throw new MalformedError('a message to the host is not JSON', { cause });
  }
  const fields = new Fields(value, 'a message to the host');
  const type = fields.text('type');
  switch (type) {
    case 'hello': {
      const protocols = fields.fields('protocols');
      const role = fields.text('role');
      if (role !== 'owner' && role !== 'observer') throw new MalformedError('a hello has no valid role');
      return {
        type,
        role,
        protocols: { min: protocols.count('min'), max: protocols.count('max') },
        program: fields.text('program'),
        clientId: fields.text('clientId'),
      };
    }
    case 'attach': {
      const [after, acknowledged] = [fields.count('after'), fields.count('acknowledged')];
      return { type, kernelId: fields.text('kernelId'), after, acknowledged };
    }
    case 'acknowledge':
      return { type, kernelId: fields.text('kernelId'), position: fields.count('position') };
    case 'request':
      return { type, id: fields.count('id'), request: readRequest(fields.fields('request')) };
    default:
      return null;
  }
}

function readRequest(fields: Fields): UpRequest {
  const asked = fields.text('do');
  switch (asked) {
    case 'launch': {
      const launch = fields.fields('launch');
      return { do: asked, launch: readLaunch(launch), asked: launch.all };
    }
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
    default:
      throw new MalformedError('a request to the host has no valid do');
  }
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
