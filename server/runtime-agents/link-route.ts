import {
  AGENT_PROTOCOL,
  LINK_PATH,
  type AgentMachine,
  type AgentSays,
  type ServerSays,
} from '../../kernel-bridge/agent/agent-protocol.ts';
import { type LinkSocket, LONGEST_MESSAGE } from '../../kernel-bridge/agent/link-socket.ts';
import { offeredToken } from '../auth/request-token.ts';
import { type DialInGuest, receiveDialIn } from '../dial-in-socket.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { UpgradeRoute } from '../upgrade-route.ts';
import { agentSaysSchema } from './agent-says.ts';

type Hello = Extract<AgentSays, { type: 'hello' }>;

/** Whoever has shown a key that is one. */
export interface Guest {
  /** It has said who it is. Where it is accepted, it has its seat from now on. */
  arrived(hello: Hello, link: LinkSocket): ServerSays;
  described(machine: AgentMachine): void;
  left(link: LinkSocket): void;
}

/** `/api/in-the-loop/v1/runtime-agents/link`: where agents dial in, with keys of their own. */
export function linkUpgradeRoute(deps: {
  /** Null for a key that is none. @throws HttpError for one that may not be used now */
  find(key: string): Guest | null;
  readonly logger: Logger;
}): UpgradeRoute {
  const sockets = plainWebSockets(LONGEST_MESSAGE);
  return {
    pattern: new RegExp(`^/${LINK_PATH}$`),
    handle: () => {
      throw new HttpError(401, 'Agents show a key of their own.');
    },
    handleStranger({ request, socket, head }) {
      const offered = offeredToken(new URLSearchParams(), request.headers.authorization);
      const guest = offered === null ? null : deps.find(offered);
      if (guest === null)
        throw new HttpError(
          401,
          'This key is unknown here, or was revoked. Make another in JupyterLab: Runtimes, "Connect a machine".',
        );
      sockets.handleUpgrade(request, socket, head, (open) =>
        receiveDialIn(open, dialledIn(guest), 'runtime agent', deps.logger),
      );
    },
  };
}

function dialledIn(guest: Guest): DialInGuest<AgentSays> {
  return {
    parse: (words) => agentSaysSchema.parse(words),
    arrived(said, link) {
      if (said.type !== 'hello')
        return { type: 'refused', reason: 'not-understood', message: 'An agent first says who it is.' };
      return said.protocol === AGENT_PROTOCOL ? guest.arrived(said, link) : otherProtocol(said);
    },
    heard(said) {
      if (said.type === 'machine') guest.described(said.machine);
      return said.type === 'machine';
    },
    left: (link) => guest.left(link),
  };
}

function otherProtocol({ program }: Hello): ServerSays {
  return {
    type: 'refused',
    reason: 'protocol',
    message: `This agent, of version ${program}, and the server do not understand each other: bring both to the same version.`,
  };
}
