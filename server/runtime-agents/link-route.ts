import type { WebSocket } from 'ws';
import {
  AGENT_PROTOCOL,
  LINK_PATH,
  type AgentMachine,
  type AgentSays,
  type ServerSays,
} from '../../kernel-bridge/agent/agent-protocol.ts';
import { LinkSocket, LONGEST_MESSAGE } from '../../kernel-bridge/agent/link-socket.ts';
import { offeredToken } from '../auth/request-token.ts';
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

/** For the first words, in milliseconds. */
const PATIENCE = 10_000;

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
      sockets.handleUpgrade(request, socket, head, (open) => receive(open, guest, deps.logger));
    },
  };
}

function receive(socket: WebSocket, guest: Guest, logger: Logger): void {
  let isKnown = false;
  const late = setTimeout(() => link.close(1002), PATIENCE).unref();
  const link = new LinkSocket(socket, {
    text(text) {
      const said = parse(text);
      if (said === null || (said.type === 'hello') === isKnown) {
        logger.warn({ agent: isKnown }, 'What a runtime agent says is not understood, and it is sent away');
        link.say({
          type: 'refused',
          reason: 'not-understood',
          message: 'The server does not understand what this agent says.',
        } satisfies ServerSays);
        return link.close(1002);
      }
      if (said.type === 'machine') return guest.described(said.machine);
      clearTimeout(late);
      isKnown = true;
      const answer = said.protocol === AGENT_PROTOCOL ? guest.arrived(said, link) : otherProtocol(said);
      if (answer.type === 'accepted') return;
      logger.warn({ machine: said.machine.hostname, reason: answer.reason }, 'A runtime agent is sent away');
      link.say(answer);
      link.close();
    },
    closed() {
      clearTimeout(late);
      guest.left(link);
    },
  });
}

function parse(text: string): AgentSays | null {
  try {
    return agentSaysSchema.parse(JSON.parse(text));
  } catch {
    return null; // Whoever asked tells it to the agent and to the log; what it said may be anything.
  }
}

function otherProtocol({ program }: Hello): ServerSays {
  return {
    type: 'refused',
    reason: 'protocol',
    message: `This agent, of version ${program}, and the server do not understand each other: bring both to the same version.`,
  };
}
