/** One websocket, from its opening to its end. */
export interface LiveTransport {
  send(data: string | Uint8Array): void;
  /** Nothing is heard of it after. Idempotent. */
  close(): void;
}

export interface LiveTransportEvents {
  opened(): void;
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** It has ended, or never opened. @param reason what the server said, or nothing */
  closed(reason: string): void;
}

/** Opens a websocket to our server. */
export type OpenTransport = (events: LiveTransportEvents) => LiveTransport;

export function webSocketTransport(url: () => string, Socket: typeof WebSocket): OpenTransport {
  return (events) => {
    const socket = new Socket(url());
    socket.binaryType = 'arraybuffer';
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      events.closed(reason);
    };
    socket.onopen = () => isOver || events.opened();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (isOver) return;
      if (typeof data === 'string') events.text(data);
      else events.binary(new Uint8Array(data));
    };
    socket.onclose = ({ reason }) => end(reason);
    return {
      send: (data) => socket.send(data),
      close() {
        isOver = true;
        socket.close();
      },
    };
  };
}
