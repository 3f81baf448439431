import { reasonOf, REMEDY } from './log-failure.ts';
import type { Said } from './said.ts';
import type { ServerMessage } from './server-message.ts';
import { parentOf, stderrMessage } from './server-message.ts';

/** Told in the cell whose output it is. */
export function heldBackNotice(items: readonly Said[], error: unknown): ServerMessage {
  const text = `The server cannot record this kernel's output and holds it back until it can: ${reasonOf(error)} ${REMEDY}`;
  const cause = items.find(({ source }) => source?.parentHeader)?.source;
  return stderrMessage(text, cause ? parentOf(cause) : undefined);
}

/** Null where no message is among them. */
export function lostNotice(items: readonly Said[], error: unknown): ServerMessage | null {
  const lost = items.find(({ source }) => source !== null)?.source;
  if (!lost) return null;
  const text = `A message of this kernel is lost, because it cannot be recorded: ${reasonOf(error)}`;
  return stderrMessage(text, parentOf(lost));
}
