import type { Authorize } from '../auth/authorize.ts';
import type { Logger } from '../logger.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { UpgradeRoute } from '../upgrade-route.ts';
import { roomConnection } from './room-connection.ts';
import type { Rooms } from './rooms.ts';

const ROOM = /^\/api\/collaboration\/room\/(?:.*\/)?([^/]+)$/;
/** Of one message: a whole document with large outputs is one. */
const LONGEST_MESSAGE_BYTES = 256 * 1024 * 1024;

/** The websocket `/api/collaboration/room/{room}?sessionId=…` (contract §6.1). */
export function roomUpgradeRoutes(deps: {
  /** Loaded, with Yjs, once somebody asks. */
  readonly rooms: () => Promise<Rooms>;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): { readonly routes: readonly UpgradeRoute[]; close(): void } {
  const { authorize, logger } = deps;
  const websockets = plainWebSockets(LONGEST_MESSAGE_BYTES);
  return {
    routes: [
      {
        pattern: ROOM,
        async handle({ request, socket, head, identity, parameters: [roomId = ''], query }) {
          authorize(identity, 'read', 'contents');
          const rooms = await deps.rooms();
          websockets.handleUpgrade(request, socket, head, (webSocket) => {
            webSocket.on('error', (error) =>
              logger.debug({ err: error, roomId }, 'The socket of a collaboration room failed'),
            );
            const connection = roomConnection(webSocket, socket);
            const sessionId = query.get('sessionId');
            void rooms.enter({ webSocket, connection, identity, roomId, sessionId });
          });
        },
      },
    ],
    /** Idempotent. */
    close() {
      for (const webSocket of websockets.clients) webSocket.close(1012, 'The server is ending');
      websockets.close();
    },
  };
}
