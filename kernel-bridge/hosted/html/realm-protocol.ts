import type { PreparedCell } from './prepared-cell.ts';

/**
 * What the kernel and its realm (the frame that runs the cells) say to each other. The realm runs people's code, which can
 * say in its name whatever it likes: what it tells is checked, and can do no more than the outputs of this notebook can.
 */
export type RealmHears =
  | { readonly type: 'run'; readonly cell: PreparedCell }
  /** Its cell is to wait for nothing any more. */
  | { readonly type: 'abandon'; readonly run: number }
  | { readonly type: 'ping'; readonly id: number }
  /** Of what stands at a path of names; of all that can be named, for an empty one. */
  | { readonly type: 'names'; readonly id: number; readonly path: readonly string[] }
  | { readonly type: 'describe'; readonly id: number; readonly path: readonly string[] };

export type RealmTells =
  | { readonly type: 'ready' }
  | {
      readonly type: 'stream';
      readonly run: number;
      readonly name: 'stdout' | 'stderr';
      readonly text: string;
    }
  | { readonly type: 'result'; readonly run: number; readonly text: string; readonly isElement: boolean }
  | { readonly type: 'clear'; readonly run: number }
  | {
      readonly type: 'done';
      readonly run: number;
      readonly error: RealmError | null;
      /** Whether there is something to see, and how high it is in CSS pixels. */
      readonly shows: boolean;
      readonly height: number;
    }
  | { readonly type: 'pong'; readonly id: number }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly names: readonly string[];
      readonly text: string;
    };

export interface RealmError {
  readonly name: string;
  readonly message: string;
  /** The innermost first; of people's cells alone. */
  readonly frames: readonly { readonly name: string; readonly run: number; readonly line: number }[];
}

/** The frame of a kernel. */
export interface Realm {
  say(message: RealmHears): void;
  /** At once, whatever it does. Idempotent. */
  end(): void;
}

export type OpenRealm = (tells: (message: unknown) => void) => Realm;

const MOST_FRAMES = 50;
const MOST_NAMES = 5_000;

/** @returns null for what no realm of ours says */
export function realmTells(data: unknown): RealmTells | null {
  if (!isRecord(data)) return null;
  const { type, run, id } = data;
  const ofRun = typeof run === 'number';
  const ofId = typeof id === 'number';
  switch (type) {
    case 'ready':
      return { type };
    case 'clear':
      return ofRun ? { type, run } : null;
    case 'stream': {
      const { name, text } = data;
      const isStream = name === 'stdout' || name === 'stderr';
      return ofRun && isStream && typeof text === 'string' ? { type, run, name, text } : null;
    }
    case 'result':
      return ofRun && typeof data['text'] === 'string'
        ? { type, run, text: data['text'], isElement: data['isElement'] === true }
        : null;
    case 'done': {
      const height = Number(data['height']);
      if (!ofRun) return null;
      const error = data['error'] == null ? null : errorIn(data['error']);
      return {
        type,
        run,
        error,
        shows: data['shows'] === true,
        height: Number.isFinite(height) ? height : 0,
      };
    }
    case 'pong':
      return ofId ? { type, id } : null;
    case 'answer': {
      const names = Array.isArray(data['names']) ? (data['names'] as unknown[]) : [];
      const text = typeof data['text'] === 'string' ? data['text'] : '';
      const strings = names.filter((name) => typeof name === 'string').slice(0, MOST_NAMES);
      return ofId ? { type, id, names: strings, text } : null;
    }
    default:
      return null;
  }
}

function errorIn(data: unknown): RealmError {
  const { name, message, frames } = isRecord(data) ? data : {};
  const list = Array.isArray(frames) ? (frames as unknown[]).slice(0, MOST_FRAMES) : [];
  return {
    name: typeof name === 'string' ? name.slice(0, 200) : 'Error',
    message: typeof message === 'string' ? message : '',
    frames: list.filter(isRecord).map((frame) => ({
      name: String(frame['name']).slice(0, 200),
      run: Number(frame['run']),
      line: Number(frame['line']),
    })),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
