import type { PageSocket } from '../../server/live/page-socket.ts';
import type { DownMessage } from '../../server/wire/down.ts';
import { decodeLiveFrame, type LiveFrame, type LiveFramePart } from '../../server/wire/live-frame.ts';

/** The server's end of a page's websocket, with everything that is sent to the page kept in order. */
export class MemoryPageSocket implements PageSocket {
  readonly messages: DownMessage[] = [];
  readonly frames: (LiveFrame | LiveFramePart)[] = [];
  unsentBytes = 0;
  isPaused = false;
  closedFor: string | null = null;

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.messages.push(JSON.parse(data) as DownMessage);
    else this.frames.push(decodeLiveFrame(data));
  }

  sendAndWait(data: Uint8Array): Promise<void> {
    this.send(data);
    return Promise.resolve();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(_code: number, reason: string): void {
    this.closedFor = reason;
  }
}
