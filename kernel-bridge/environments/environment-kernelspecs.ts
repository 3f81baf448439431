import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Kernelspec, KernelspecFinder } from '../kernelspecs/kernelspec.ts';
import type { PythonEnvironment } from './python-environments.ts';

/** What the name of an environment's kernelspec begins with: its kind (see `freeName`). */
const NAME = /^(?:venv|uv|conda)-/;

/**
 * The kernelspecs that are installed, exactly as they are, and behind them one for each Python environment that has ipykernel
 * and none of its own among them: a project's `.venv` needs no `ipykernel install`.
 */
export class EnvironmentKernelspecs implements KernelspecFinder {
  readonly #installed: KernelspecFinder;
  readonly #find: () => Promise<readonly PythonEnvironment[]>;
  /** Real path of the environment served: its kernels are installed ones. */
  readonly #served: string;

  constructor(
    installed: KernelspecFinder,
    find: () => Promise<readonly PythonEnvironment[]>,
    servedPrefix: string,
  ) {
    this.#installed = installed;
    this.#find = find;
    this.#served = servedPrefix;
  }

  async list(): Promise<readonly Kernelspec[]> {
    const [installed, environments] = await Promise.all([this.#installed.list(), this.#find()]);
    return withEnvironments(installed, environments, this.#served);
  }

  async find(name: string): Promise<Kernelspec | undefined> {
    const installed = await this.#installed.find(name);
    if (installed !== undefined) return installed;
    const wanted = name.toLowerCase();
    // Nothing is searched for what a place or nobody has: each start of a kernel there asks here first.
    if (!NAME.test(wanted)) return undefined;
    return (await this.list()).find((kernelspec) => kernelspec.name === wanted);
  }

  async defaultName(): Promise<string> {
    return this.#installed.defaultName();
  }
}

/** @param served the environment whose kernels are among those that are installed */
export function withEnvironments(
  installed: readonly Kernelspec[],
  environments: readonly PythonEnvironment[],
  served: string,
): readonly Kernelspec[] {
  const names = new Set(installed.map(({ name }) => name));
  const covered = new Set([served, ...installed.map(({ prefix }) => prefix)]);
  const isCovered = (prefix: string): boolean =>
    covered.has(prefix) || installed.some(({ spec }) => spec.argv[0]?.startsWith(join(prefix, 'bin/')));
  const more: Kernelspec[] = [];
  for (const environment of environments) {
    if (environment.ipykernel === null || isCovered(environment.prefix)) continue;
    const name = freeName(environment, names);
    names.add(name);
    more.push(kernelspecOf(environment, environment.ipykernel, name));
  }
  return [...installed, ...more];
}

/** The same wherever a project has its environment, so that a notebook finds it on another machine, too. */
function freeName({ kind, name, prefix }: PythonEnvironment, taken: ReadonlySet<string>): string {
  const plain = `${kind}-${name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-')}`;
  if (!taken.has(plain)) return plain;
  return `${plain}-${createHash('sha256').update(prefix).digest('hex').slice(0, 6)}`;
}

function kernelspecOf(
  { prefix, kind, name, version }: PythonEnvironment,
  ipykernel: string,
  id: string,
): Kernelspec {
  return {
    name: id,
    resourceDirectory: join(ipykernel, 'resources'),
    prefix,
    spec: {
      argv: [join(prefix, 'bin', 'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: `Python ${version} (${name}, ${kind})`,
      language: 'python',
      // As its own activation script does, so that `!pip` and other programs are those of the environment.
      env: {
        PATH: `${join(prefix, 'bin')}:\${PATH}`,
        ...(kind === 'conda' ? { CONDA_PREFIX: prefix, CONDA_DEFAULT_ENV: name } : { VIRTUAL_ENV: prefix }),
      },
      interrupt_mode: 'signal',
      metadata: { debugger: true, in_the_loop: { environment: { kind, name, version, prefix } } },
    },
  };
}
