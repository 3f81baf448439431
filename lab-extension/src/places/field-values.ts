import type { PlaceField } from './place-fields.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * What a person typed, as the server takes it; undefined for nothing typed, so that the server's own default holds.
 * @throws Error with a sentence for people
 */
export function settingOf({ kind }: Pick<PlaceField, 'kind'>, typed: string): unknown {
  if (kind === 'check') return typed === 'true';
  if (typed.trim() === '') return undefined;
  switch (kind) {
    case 'number': {
      const number = Number(typed);
      if (!Number.isFinite(number)) throw new Error('This must be a number.');
      return number;
    }
    case 'lines':
      return linesOf(typed);
    case 'pairs':
      return Object.fromEntries(linesOf(typed).map(pairOf));
    case 'json':
      return JSON.parse(typed) as unknown;
    case 'secret':
      return typed;
    case 'text':
    case 'choice':
      return typed.trim();
  }
}

/** The same the other way round: what stands in the field of a place that is changed. */
export function typedOf({ kind }: Pick<PlaceField, 'kind'>, setting: unknown): string {
  if (kind === 'check') return String(setting === true);
  if (setting === undefined || setting === null || kind === 'secret') return '';
  if (kind === 'lines' && Array.isArray(setting)) return setting.map(String).join('\n');
  if (kind === 'pairs' && typeof setting === 'object')
    return Object.entries(setting)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join('\n');
  return typeof setting === 'string' ? setting : JSON.stringify(setting);
}

/** The setting of a name, which may have a dot. */
export function settingAt(settings: Settings, name: string): unknown {
  const [outer = name, inner] = name.split('.');
  const value = settings[outer];
  if (inner === undefined) return value;
  return typeof value === 'object' && value !== null ? (value as Settings)[inner] : undefined;
}

/**
 * What is sent of a form. What is left empty is the server's default: it is left out, or taken back where the place had it.
 * @param typed by the fields' names; undefined for what is empty
 * @param before what the place has; empty for a new one
 */
export function settingsOf(
  typed: readonly (readonly [PlaceField, unknown])[],
  before: Settings,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const [{ name, kind }, value] of typed) {
    const [outer = name, inner] = name.split('.');
    if (inner !== undefined) {
      // One of several in one setting, which is sent as a whole.
      const whole = { ...((settings[outer] ?? before[outer] ?? {}) as Record<string, unknown>) };
      if (value === undefined) delete whole[inner];
      else whole[inner] = value;
      settings[outer] = whole;
    } else if (value !== undefined) settings[outer] = value;
    // A secret that is not typed stays.
    else if (kind !== 'secret' && before[outer] !== undefined && before[outer] !== null)
      settings[outer] = null;
  }
  return settings;
}

function linesOf(typed: string): string[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf('=');
  if (at <= 0) throw new Error(`Each line must read NAME=VALUE, and this one does not: ${line}`);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
