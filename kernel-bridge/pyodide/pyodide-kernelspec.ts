import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { PYODIDE } from './pyodide-kernelspecs.ts';
import type { PyodideSettings } from './pyodide-settings.ts';
import { processArguments } from './process-options.ts';

/** @returns null where the program was not built whole. @param compiled the folder of this one's compiled files */
export function pyodideKernelspec(
  settings: PyodideSettings,
  compiled = import.meta.dirname,
): Kernelspec | null {
  const built = join(compiled, '..', '..', 'pyodide');
  const archive = join(built, 'python-314.zip');
  if (!existsSync(archive)) return null;
  const distribution = settings.distribution ?? packageFolder('pyodide');
  const ownSnapshot = join(built, 'snapshot-314.bin');
  const snapshot = settings.distribution === null && existsSync(ownSnapshot) ? ownSnapshot : null;
  const version = versionOf(distribution);
  const packages =
    settings.packages ?? (settings.distribution === null ? packagesUrl(version) : settings.distribution);
  const { network, memory, files } = settings;
  const program = processArguments({ distribution, archive, snapshot, packages, network, memory, files });
  const readable = [
    ...[join(compiled, '..'), join(compiled, '..', '..', '..', 'package.json'), built, distribution],
    ...(packages.includes('://') ? [] : [packages]),
    ...['zeromq', 'cmake-ts'].map((name) => moduleFolder(compiled, name)),
    // The loader of ZeroMQ looks there which C library the system has.
    '/etc/alpine-release',
    '{connection_file}',
  ];
  return {
    name: PYODIDE,
    resourceDirectory: join(compiled, 'logos'),
    prefix: null,
    spec: {
      argv: [process.execPath, ...sandbox(readable, files), join(compiled, 'main.js'), ...program],
      display_name: 'Python (Pyodide)',
      language: 'python',
      env: {},
      interrupt_mode: 'signal',
      metadata: {
        supported_encryption: ['curve'],
        in_the_loop: { pyodide: { version, network, files, memory } },
      },
    },
  };
}

/**
 * What the process may do at all: read what it is made of, load ZeroMQ, have a thread. No other file, no other program. What its
 * thread of Python is left with is less (see thread/bare-globals.ts).
 */
function sandbox(readable: readonly string[], files: boolean): readonly string[] {
  const mayRead = [...readable, ...(files ? ['{cwd}'] : [])];
  return [
    '--permission',
    '--allow-addons',
    '--allow-worker',
    // Where a link leads is none of what may be read.
    '--preserve-symlinks',
    '--preserve-symlinks-main',
    // It says of each of these two that they are dangerous: the thread of Python has neither.
    '--disable-warning=SecurityWarning',
    ...mayRead.map((path) => `--allow-fs-read=${path}`),
    ...(files ? ['--allow-fs-write={cwd}'] : []),
  ];
}

const packagesUrl = (version: string): string => `https://cdn.jsdelivr.net/pyodide/v${version}/full/`;

function versionOf(distribution: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(distribution, 'package.json'), 'utf8')) as {
      version?: unknown;
    };
    return typeof version === 'string' ? version : '';
  } catch {
    return ''; // It is for display, and for the address of packages that belong to our own one.
  }
}

/** The real folder of a package that we depend on. */
function packageFolder(name: string): string {
  return realpathSync(dirname(fileURLToPath(import.meta.resolve(name))));
}

/** Where Node looks for a module, which may be a link. */
function moduleFolder(from: string, name: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
  }
  throw new Error(`the package ${name} is not there`);
}
