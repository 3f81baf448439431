import { parseArgs } from 'node:util';

/** How a kernel's process is told what it is; in its arguments, which hold no secret. */
export interface ProcessOptions {
  readonly connectionFile: string;
  /** Absolute folder of a Pyodide distribution. */
  readonly distribution: string;
  /** Absolute file: IPython and our own package. */
  readonly archive: string;
  /** A URL or an absolute folder. */
  readonly packages: string;
  readonly network: boolean;
  readonly memory: number | null;
  readonly files: boolean;
  /** Absolute file: memory of a started Python of this distribution and archive; null: there is none. */
  readonly snapshot: string | null;
}

/** The arguments behind the program's, in which `{connection_file}` is yet to be filled in. */
export function processArguments(options: Omit<ProcessOptions, 'connectionFile'>): readonly string[] {
  const { distribution, archive, packages, network, memory, files, snapshot } = options;
  return [
    ...['-f', '{connection_file}', '--distribution', distribution, '--archive', archive],
    ...['--packages', packages],
    ...(network ? ['--network'] : []),
    ...(memory === null ? [] : ['--memory', String(memory)]),
    ...(files ? ['--files'] : []),
    ...(snapshot === null ? [] : ['--snapshot', snapshot]),
  ];
}

/** @throws TypeError if what it needs is not there */
export function readProcessArguments(args: readonly string[]): ProcessOptions {
  const text = { type: 'string' } as const;
  const truth = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      'connection-file': { ...text, short: 'f' },
      distribution: text,
      archive: text,
      packages: text,
      network: truth,
      memory: text,
      files: truth,
      snapshot: text,
    },
  });
  const needed = (name: 'connection-file' | 'distribution' | 'archive' | 'packages'): string => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`--${name} is missing`);
    return value;
  };
  return {
    connectionFile: needed('connection-file'),
    distribution: needed('distribution'),
    archive: needed('archive'),
    packages: needed('packages'),
    network: values.network,
    memory: values.memory === undefined ? null : Number(values.memory),
    files: values.files,
    snapshot: values.snapshot ?? null,
  };
}
