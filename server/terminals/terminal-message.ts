import { z } from 'zod';
import type { TerminalSize } from '../../kernel-bridge/terminals/terminal-host.ts';

/** The most that a terminal can sensibly have; the system's own limit is 65,535. */
const LARGEST = 10_000;

/** What a client may say: JSON arrays that begin with a word (contract §2.5). */
export type TerminalRequest =
  | { readonly type: 'stdin'; readonly text: string }
  | { readonly type: 'set_size'; readonly size: TerminalSize }
  /** A word of a newer client, or a size of something that is not shown. */
  | { readonly type: 'unknown' };

const extent = z.int().min(1).max(LARGEST);
const stdinSchema = z.tuple([z.literal('stdin'), z.string()]).rest(z.unknown());
const sizeSchema = z.tuple([z.literal('set_size'), extent, extent]).rest(z.unknown());
const anySchema = z.tuple([z.string()]).rest(z.unknown());

/** Null where it is no terminal message at all. */
export function parseTerminalRequest(text: string): TerminalRequest | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    // Told by null.
    return null;
  }
  const stdin = stdinSchema.safeParse(message);
  if (stdin.success) return { type: 'stdin', text: stdin.data[1] };
  const resized = sizeSchema.safeParse(message);
  if (resized.success) return { type: 'set_size', size: { rows: resized.data[1], columns: resized.data[2] } };
  return anySchema.safeParse(message).success ? { type: 'unknown' } : null;
}

export const SETUP_MESSAGE = '["setup", {}]';
export const DISCONNECT_MESSAGE = '["disconnect", 1]';

export function stdoutMessage(output: string): string {
  return JSON.stringify(['stdout', output]);
}

/** Everything back to how a new screen is. */
const RESET = '\x1bc';
/** To the corner, and both screen and scrollback emptied: the modes that a program has set stay. */
const CLEAR = '\x1b[H\x1b[2J\x1b[3J';

/**
 * What was printed before. A page that connects again still shows it (JupyterLab's terminals empty nothing then), so
 * the screen is emptied first. Only where all is sent anew may modes be reset, too: what set them might be missing.
 */
export function replayMessage(printed: string, isWhole: boolean): string {
  return stdoutMessage(`${isWhole ? RESET : CLEAR}${printed}`);
}
