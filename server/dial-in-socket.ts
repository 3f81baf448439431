import type { WebSocket } from 'ws';
import type { RefusalReason, ServerSays } from '../kernel-bridge/agent/agent-protocol.ts';
import { LinkSocket } from '../kernel-bridge/agent/link-socket.ts';
import type { Logger } from './logger.ts';

/** Whoever dials in and may: it says who it is as text, and then speaks the link in bytes. */
export interface DialInGuest<Said extends { readonly type: string }> {
  /** @throws Error for what is nothing that it may say */
  parse(words: unknown): Said;
  /** Its first words. Where it is accepted, it was told so, and has its seat from now on. */
  arrived(hello: Said, link: LinkSocket): ServerSays;
  /** What it says besides later. @returns whether it may say so */
  heard(said: Said): boolean;
  left(link: LinkSocket): void;
}

/** For the first words, in milliseconds. */
const PATIENCE = 10_000;

/** Hears what a guest says of itself on a websocket of its own; who is not understood, or silent, is sent away. */
export function receiveDialIn<Said extends { readonly type: string }>(
  socket: WebSocket,
  guest: DialInGuest<Said>,
  /** For people: "runtime agent". */
  what: string,
  logger: Logger,
): void {
  let isKnown = false;
  const late = setTimeout(() => link.close(1002), PATIENCE).unref();
  const refuse = (reason: RefusalReason, message: string, code?: number): void => {
    logger.warn({ reason }, `A ${what} is sent away`);
    link.say({ type: 'refused', reason, message } satisfies ServerSays);
    link.close(code);
  };
  const link = new LinkSocket(socket, {
    text(text) {
      const said = understood(guest, text);
      if (said === null || (isKnown && !guest.heard(said)))
        return refuse('not-understood', `The server does not understand what this ${what} says.`, 1002);
      if (isKnown) return;
      clearTimeout(late);
      isKnown = true;
      const answer = guest.arrived(said, link);
      if (answer.type === 'refused') refuse(answer.reason, answer.message);
    },
    closed() {
      clearTimeout(late);
      guest.left(link);
    },
  });
}

function understood<Said extends { readonly type: string }>(
  guest: DialInGuest<Said>,
  text: string,
): Said | null {
  try {
    return guest.parse(JSON.parse(text));
  } catch {
    return null; // Whoever asked tells it to the guest and to the log; what it said may be anything.
  }
}
