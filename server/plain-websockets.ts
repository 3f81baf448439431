import { WebSocketServer } from 'ws';

/**
 * Takes over upgrade requests for websockets without a subprotocol. Nothing is compressed: it costs memory for each client.
 * @param maxPayload of one message, in bytes: a longer one is refused by its header
 */
export function plainWebSockets(maxPayload: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload,
    handleProtocols: () => false,
  });
}
