import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { UpgradeRoute } from '../upgrade-route.ts';
import { clientConnection } from './client-connection.ts';
import { chooseSubprotocol, dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { KernelSocket } from './kernel-socket.ts';
import type { Kernels } from './kernels.ts';
import type { LiveTextOptions } from './live-text.ts';
import { LiveTexts } from './live-text.ts';
import type { RunningKernel } from './running-kernel.ts';

/** A widget's upload is one message; Jupyter's own limit of 10 MiB breaks it (contract §10.31). */
const LONGEST_MESSAGE_BYTES = 512 * 1024 * 1024;
const CHANNELS = /^\/api\/kernels\/(\w+-\w+-\w+-\w+-\w+)\/channels$/;

/** `/api/kernels/{id}/channels` (contract §3). */
export function kernelUpgradeRoutes(deps: {
  readonly kernels: Kernels;
  readonly authorize: Authorize;
  readonly logger: Logger;
  readonly liveText: LiveTextOptions;
}): UpgradeRoute[] {
  const { kernels, authorize, logger } = deps;
  const liveTexts = new LiveTexts(deps.liveText);
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE_BYTES,
    handleProtocols: chooseSubprotocol,
  });
  return [
    {
      pattern: CHANNELS,
      async handle({ request, socket, head, identity, parameters: [id = ''], query }) {
        // To watch it; each request asks for more.
        authorize(identity, 'read', 'kernels');
        const kernel = kernels.get(id);
        await answers(kernel);
        websockets.handleUpgrade(request, socket, head, (websocket) => {
          // One that names none is not known again when it comes back.
          const sessionId = query.get('session_id') || randomUUID();
          const kernelSocket: KernelSocket = new KernelSocket({
            connection: clientConnection(websocket, socket),
            stream: kernel.stream,
            dialect: dialectOf(websocket.protocol),
            sessionId,
            liveText: liveTexts.of(id, sessionId, request.headers.origin),
            identity,
            authorize,
            logger: logger.child({ kernelId: id }),
          });
          kernels.addSocket(id, kernelSocket);
          websocket.once('close', () => kernels.removeSocket(id, kernelSocket));
        });
      },
    },
  ];
}

/** Only a kernel that answers is connected to (contract §3.1). */
async function answers(kernel: RunningKernel): Promise<void> {
  // One that is elsewhere may wait in a queue for hours: who runs cells meanwhile sees there what it waits for.
  if (kernel.place !== null) return;
  try {
    await kernel.ready();
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    // A slow one is connected to all the same, as in Jupyter: what is sent to it waits.
    if (error.code === 'KERNEL_NOT_READY') return;
    throw new HttpError(404, `Kernel does not exist: ${kernel.id}`, null, { cause: error });
  }
}
