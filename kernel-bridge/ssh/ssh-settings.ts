import { Fields } from '../hosted/codec/fields.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';

/** A machine that is reached by ssh, as a person describes it. What is left out is as `~/.ssh/config` has it. */
export interface SshSettings {
  /** A name, an address, or an alias of `~/.ssh/config`. */
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** The file of a private key on this machine; ssh's own `~` and `%` mean here what they do there. */
  readonly identityFile?: string | undefined;
  /** `[user@]host[:port]`, several parted by commas. */
  readonly jump?: string | undefined;
  /** A Python there, or the folder of its environment, which gets a kernel also without a kernelspec. */
  readonly python?: string | undefined;
  /** Folders there that hold kernelspecs, beside Jupyter's own. */
  readonly kernelspecFolders?: readonly string[] | undefined;
  /** Where kernels start there; default: the home folder. */
  readonly workingDirectory?: string | undefined;
  /**
   * `supervised`: a supervisor of ours runs there, which takes Node; `direct`: only the kernel does; `auto`: as there is Node
   * or not.
   */
  readonly mode: SshMode | 'auto';
}

export type SshMode = 'supervised' | 'direct';

/** ssh takes what begins with `-` for an option. The rest of the alphabet is what names, addresses and aliases are made of. */
export const HOST_PATTERN = /^[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,254}$/;
export const USER_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]{0,63}$/;
export const JUMP_PATTERN =
  /^(?:[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
/** A path on either machine: anything that is one line. */
// eslint-disable-next-line no-control-regex -- they end lines, and end arguments
export const PATH_PATTERN = /^[^\u0000-\u001f\u007f]{1,1000}$/;

/**
 * Settings that came by the link or from a record. A server has told people before what is wrong with them.
 * @throws MalformedError
 */
export function readSshSettings(value: unknown): SshSettings {
  const fields = new Fields(value, 'the settings of ssh');
  const text = <Name extends string>(name: Name, pattern: RegExp): { readonly [name in Name]?: string } =>
    fields.has(name)
      ? ({ [name]: checked(name, fields.text(name), pattern) } as { [name in Name]: string })
      : {};
  const folders = fields.has('kernelspecFolders') ? fields.texts('kernelspecFolders') : [];
  if (fields.has('jump'))
    for (const jump of jumpsOf(fields.text('jump'))) checked('jump', jump, JUMP_PATTERN);
  return {
    host: checked('host', fields.text('host'), HOST_PATTERN),
    ...text('user', USER_PATTERN),
    ...(fields.has('port') && { port: portOf(fields) }),
    ...text('identityFile', PATH_PATTERN),
    ...(fields.has('jump') && { jump: fields.text('jump') }),
    ...text('python', PATH_PATTERN),
    kernelspecFolders: folders.map((folder) => checked('kernelspecFolders', folder, PATH_PATTERN)),
    ...text('workingDirectory', PATH_PATTERN),
    mode: fields.oneOf('mode', ['auto', 'supervised', 'direct']),
  };
}

export function jumpsOf(jump: string): string[] {
  return jump.split(',').map((one) => one.trim());
}

function checked(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new MalformedError(`the settings of ssh have no valid ${name}`);
  return value;
}

function portOf(fields: Fields): number {
  const port = fields.count('port');
  if (port < 1 || port > 65_535) throw new MalformedError('the settings of ssh have no valid port');
  return port;
}
