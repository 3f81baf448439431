import type { MachineModel } from '../../../server/wire/place.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import type { WarmKernelsModel } from '../../../server/wire/warm-kernels.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `3 s`, `12 min`, `2 h 5 min`, `4 d 2 h`. */
export function spanText(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  const two = (whole: number, unit: string, rest: number, small: string): string =>
    rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${small}`;
  if (span < MINUTE) return `${Math.floor(span / 1_000)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return two(Math.floor(span / HOUR), 'h', Math.floor((span % HOUR) / MINUTE), 'min');
  return two(Math.floor(span / DAY), 'd', Math.floor((span % DAY) / HOUR), 'h');
}

/** In decimal units, as disks and networks are told. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power] ?? ''}`;
}

export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** What waits for a notebook, as `2 kernels wait for a notebook: Python 3 (2 of 2)`; '' where none is to. */
export function warmText(warm: readonly WarmKernelsModel[]): string {
  if (warm.length === 0) return '';
  const count = warm.reduce((sum, { waiting }) => sum + waiting, 0);
  const each = warm.map(
    ({ displayName, waiting, wanted, problem }) =>
      `${displayName} (${waiting} of ${wanted})${problem === null ? '' : `, the last one failed: ${problem}`}`,
  );
  return `${count === 1 ? '1 kernel waits' : `${count} kernels wait`} for a notebook: ${each.join('; ')}`;
}

const STATES: Readonly<Record<string, string>> = {
  waiting: 'waiting for its place',
  unreachable: 'cannot be reached',
  autorestarting: 'restarting by itself',
};

/** The state of a kernel, in words for people. */
export function kernelStateText({ state }: Pick<RuntimeModel, 'state'>): string {
  return STATES[state] ?? state;
}

/** What is known of a kernel beside its state: pairs of a word and its value. */
export function kernelFacts(runtime: RuntimeModel, now: number): readonly (readonly [string, string])[] {
  const { startedAt, cpu, memory, lastActivity, connections, queued, pid } = runtime;
  const facts: (readonly [string, string] | null)[] = [
    startedAt === null ? null : ['Up', spanText(now - Date.parse(startedAt))],
    cpu === null ? null : ['CPU', percentText(cpu)],
    memory === null ? null : ['Memory', bytesText(memory)],
    queued === 0 ? null : ['Queued cells', String(queued)],
    ['Last active', `${spanText(now - Date.parse(lastActivity))} ago`],
    ['Pages', String(connections)],
    pid === null ? null : ['Process', String(pid)],
  ];
  return facts.filter((fact) => fact !== null);
}

export function machineText({
  hostname,
  platform,
  cpus,
  load,
  memory,
  memoryFree,
  labels,
}: MachineModel): string {
  const marks = Object.entries(labels).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return [
    hostname,
    platform,
    `${cpus} CPUs, load ${(load * cpus).toFixed(1)}`,
    `${bytesText(memoryFree)} of ${bytesText(memory)} free`,
    ...marks,
  ].join(' · ');
}

/** What a person types to have the kernel in a terminal; null where it cannot be reached so. */
export function consoleCommand({ connectionFile }: Pick<RuntimeModel, 'connectionFile'>): string | null {
  return connectionFile === null ? null : `jupyter console --existing ${shellWord(connectionFile)}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
