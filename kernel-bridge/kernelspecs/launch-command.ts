import { join } from 'node:path';
import type { Kernelspec } from './kernelspec.ts';

/** What is run, and with which environment. */
export interface LaunchCommand {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface LaunchContext {
  /** Real path (contract §8). */
  readonly connectionFile: string;
  readonly workingDirectory: string;
  readonly sessionPath: string | null;
  /** The environment whose Python `python` means, where the kernelspec comes from no other. */
  readonly pythonPrefix: string;
  readonly homeDirectory: string;
  /** All that the process inherits; the kernelspec's comes over it. */
  readonly environment: Readonly<Record<string, string>>;
  isExecutable(path: string): boolean;
}

/** kernel.json's argv and env as Jupyter fills them in (contract §8). */
export function launchCommand(kernelspec: Kernelspec, context: LaunchContext): LaunchCommand {
  const prefix = kernelspec.prefix ?? context.pythonPrefix;
  const values: Record<string, string> = {
    connection_file: context.connectionFile,
    resource_dir: kernelspec.resourceDirectory,
    prefix,
    cwd: context.workingDirectory,
  };
  const [program = '', ...args] = kernelspec.spec.argv;
  const argv = [resolvePython(program, prefix, context), ...args].map((argument) =>
    expandHome(
      argument.replace(/\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => values[name] ?? whole),
      context.homeDirectory,
    ),
  );
  return { argv, environment: launchEnvironment(kernelspec, context) };
}

/** A server started by its absolute path has no `python` on PATH, or another one: the environment's own is meant. */
function resolvePython(program: string, prefix: string, context: LaunchContext): string {
  if (!/^python(3(\.\d+)?)?$/.test(program)) return program;
  const names = program === 'python' ? ['python', 'python3'] : [program];
  const candidates = names.map((name) => join(prefix, 'bin', name));
  return candidates.find((path) => context.isExecutable(path)) ?? program;
}

function launchEnvironment({ spec }: Kernelspec, context: LaunchContext): Record<string, string> {
  const environment: Record<string, string> = { ...context.environment };
  // Of the document in whose terminal the server was started, if it was.
  delete environment['JPY_SESSION_NAME'];
  if (context.sessionPath !== null) environment['JPY_SESSION_NAME'] = context.sessionPath;
  const overlay = Object.entries(spec.env).map(([name, value]) => [name, substitute(value, environment)]);
  Object.assign(environment, Object.fromEntries(overlay));
  // It would make another Python take itself for the server's.
  if (spec.language.toLowerCase().startsWith('python')) delete environment['PYTHONEXECUTABLE'];
  // A kernel that has it ends when its parent does, and an inherited one means another's parent.
  delete environment['JPY_PARENT_PID'];
  return environment;
}

/** `$NAME`, `${NAME}` and `$$` as Python's string.Template: what is unknown stays. */
function substitute(value: string, environment: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$(?:\$|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)\})/g,
    (whole, plain: string | undefined, braced: string | undefined) =>
      whole === '$$' ? '$' : (environment[plain ?? braced ?? ''] ?? whole),
  );
}

function expandHome(argument: string, homeDirectory: string): string {
  return argument === '~' || argument.startsWith('~/') ? homeDirectory + argument.slice(1) : argument;
}
