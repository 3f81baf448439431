import { CommandError } from './command-error.ts';
import { checkOptions } from './options.ts';
import type { Options } from './options.ts';
import { splitArguments } from './split-arguments.ts';

/** What the command line asks for. */
export type Command =
  | {
      readonly name: 'serve';
      readonly options: Options;
      readonly configurationFile: string | null;
    }
  | {
      readonly name: 'stop';
      readonly options: Options;
      readonly configurationFile: string | null;
    }
  | {
      readonly name: 'doctor';
      readonly options: Options;
      readonly configurationFile: string | null;
      /** Every event of the log is read. */
      readonly verify: boolean;
    }
  | {
      readonly name: 'log';
      readonly options: Options;
      readonly configurationFile: string | null;
      /** Null: the streams' names. */
      readonly stream: string | null;
      readonly follow: boolean;
    }
  | ({
      readonly options: Options;
      readonly configurationFile: string | null;
      readonly file: string;
    } & (
      | { readonly name: 'versions' }
      | {
          readonly name: 'restore';
          readonly version: number;
          /** Null: the file itself. */
          readonly to: string | null;
        }
    ))
  | {
      readonly name: 'run';
      readonly options: Options;
      readonly configurationFile: string | null;
      readonly file: string;
      /** Null: the notebook's own. */
      readonly kernel: string | null;
      readonly stopsOnError: boolean;
    }
  | { readonly name: 'help' | 'version' };

const value = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const optionTypes = {
  root: value,
  port: value,
  ip: value,
  token: value,
  'view-token': value,
  'base-url': value,
  state: value,
  prefix: value,
  'versions-size': value,
  'log-size': value,
  'log-age': value,
  'large-data-size': value,
  'live-text-size': value,
  limits: value,
  'max-kernels': value,
  'warm-kernels': value,
  'cull-idle': value,
  'cull-connected': flag,
  'no-browser': flag,
  'pyodide-packages': value,
  'pyodide-network': flag,
  'pyodide-memory': value,
  'pyodide-files': flag,
  'pyodide-distribution': value,
  'log-level': value,
  durability: value,
  collaboration: value,
  'document-idle': value,
  config: value,
  list: flag,
  to: value,
  follow: flag,
  verify: flag,
  kernel: value,
  'stop-on-error': flag,
  'allow-errors': flag,
  help: { ...flag, short: 'h' },
  version: flag,
} as const;

/** @throws CommandError (exit code 2) for what is not understood */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = splitArguments(args, optionTypes);
  const { config, list, follow, to, verify, help, version, kernel, ...others } = values;
  const { 'stop-on-error': stop, 'allow-errors': allow, ...given } = others;
  if (help) return { name: 'help' };
  if (version) return { name: 'version' };
  const options = checkOptions(given, (name) => `--${name}`);
  const configurationFile = config ?? null;
  const [first, ...rest] = positionals;
  if (first === 'run') return runCommand({ options, configurationFile }, rest, { kernel, stop, allow });
  if (kernel !== undefined || stop || allow)
    throw new CommandError('--kernel, --stop-on-error and --allow-errors belong to `in-the-loop run`.', 2);
  if (verify && first !== 'doctor') throw new CommandError('--verify belongs to `in-the-loop doctor`.', 2);
  if (first === 'restore') return restoreCommand({ options, configurationFile }, rest, to);
  if (to !== undefined) throw new CommandError('--to belongs to `in-the-loop restore`.', 2);
  if (first === 'versions') return versionsCommand({ options, configurationFile }, rest);
  if (first === 'log') return logCommand({ options, configurationFile }, rest, { list, follow });
  if (list || follow) throw new CommandError('--list and --follow belong to `in-the-loop log`.', 2);
  if (first === 'doctor') {
    refuse(rest, 'doctor');
    return { name: 'doctor', options, configurationFile, verify: verify === true };
  }
  if (first === 'stop') {
    refuse(rest, 'stop');
    return { name: 'stop', options, configurationFile };
  }
  refuse(rest, 'The folder to serve');
  if (first !== undefined && options.root !== undefined) {
    throw new CommandError(
      'The folder to serve is given twice: as an argument and by --root. Leave one out.',
      2,
    );
  }
  const root = first ?? options.root;
  return { name: 'serve', options: root === undefined ? options : { ...options, root }, configurationFile };
}

interface Common {
  readonly options: Options;
  readonly configurationFile: string | null;
}

function runCommand(
  common: Common,
  [file, ...rest]: readonly string[],
  asked: {
    readonly kernel: string | undefined;
    readonly stop: boolean | undefined;
    readonly allow: boolean | undefined;
  },
): Command {
  refuse(rest, 'run');
  if (file === undefined) throw new CommandError('Say which notebook: `in-the-loop run NOTEBOOK`.', 2);
  if (asked.stop && asked.allow)
    throw new CommandError('--stop-on-error and --allow-errors exclude each other.', 2);
  return { name: 'run', ...common, file, kernel: asked.kernel ?? null, stopsOnError: !asked.allow };
}

function versionsCommand(common: Common, [file, ...rest]: readonly string[]): Command {
  refuse(rest, 'versions');
  if (file === undefined) throw new CommandError('Say of which file: `in-the-loop versions FILE`.', 2);
  return { name: 'versions', ...common, file };
}

function restoreCommand(
  common: Common,
  [file, version, ...rest]: readonly string[],
  to: string | undefined,
): Command {
  refuse(rest, 'restore');
  if (file === undefined || version === undefined || !/^[1-9]\d{0,14}$/.test(version)) {
    throw new CommandError(
      'Say which file and which version, a number that `in-the-loop versions FILE` shows: `in-the-loop restore FILE VERSION ' +
        '[--to OTHER]`.',
      2,
    );
  }
  return { name: 'restore', ...common, file, version: Number(version), to: to ?? null };
}

function logCommand(
  common: Common,
  [stream, ...rest]: readonly string[],
  { list, follow }: { readonly list: boolean | undefined; readonly follow: boolean | undefined },
): Command {
  refuse(rest, 'log');
  if ((stream === undefined) !== (list === true)) {
    throw new CommandError(
      'Say which stream of the log you want, or ask for their names: `in-the-loop log STREAM [--follow]` or `in-the-loop log --list`.',
      2,
    );
  }
  if (list && follow) throw new CommandError('--follow belongs to one stream, not to --list.', 2);
  return { name: 'log', ...common, stream: stream ?? null, follow: follow === true };
}

function refuse(rest: readonly string[], what: string): void {
  if (rest.length === 0) return;
  throw new CommandError(
    `${what} takes no further argument, but got ${rest.map((argument) => `"${argument}"`).join(', ')}. ` +
      '`in-the-loop --help` shows how it is used.',
    2,
  );
}
