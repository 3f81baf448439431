import type { WebSocket } from 'ws';
import type { Entry, EntryBody } from '../../kernel-bridge/supervisor/link/entry.ts';
import { encodeEntries, sizeEntry } from '../../kernel-bridge/supervisor/link/entry-record.ts';
import { encodeFrame, encodeJson, frameReader } from '../../kernel-bridge/supervisor/link/frame.ts';
import { FRAME_TYPES } from '../../kernel-bridge/hosted/codec/frame.ts';
import { parseUp, type Up, type UpRequest } from '../../kernel-bridge/supervisor/link/up.ts';
import { spokenMessage } from './spoken-message.ts';

/** A page that speaks the link as it likes: it welcomes, launches what it is asked to, and says what a test has it say. */
export class LyingHost {
  readonly heard: Up[] = [];
  /** What it answers, rather than that it is done. */
  answers: Partial<Record<UpRequest['do'], object>> = {};
  /** The kernels that it names in its welcome. */
  readonly names: readonly string[];
  readonly #socket: WebSocket;
  readonly isClosed: Promise<void>;

  /** @param socket of which the server's first word has just come */
  constructor(socket: WebSocket, names: readonly string[] = []) {
    this.#socket = socket;
    this.names = names;
    this.isClosed = new Promise((resolve) => socket.once('close', () => resolve()));
    const reader = frameReader((type, payload) => {
      if (type === FRAME_TYPES.json) this.#hear(parseUp(payload));
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) reader.push(data);
    });
  }

  send(...frames: Buffer[]): void {
    this.#socket.send(Buffer.concat(frames));
  }

  /** A line of a kernel at a position, however wrong. */
  say(kernelId: string, position: number, text = `${position}\n`): void {
    this.entry(kernelId, position, {
      kind: 'message',
      message: spokenMessage({ content: { name: 'stdout', text } }),
    });
  }

  entry(kernelId: string, position: Entry['position'], body: EntryBody): void {
    this.send(
      encodeFrame(FRAME_TYPES.entriesOf, Buffer.from(kernelId)),
      encodeEntries([sizeEntry(body)], position),
    );
  }

  #hear(said: Up | null): void {
    if (said === null) return;
    this.heard.push(said);
    if (said.type === 'hello')
      this.send(
        encodeJson({
          ...{ type: 'welcome', protocol: 1, program: '1', pid: 0, terminals: [] },
          kernels: this.names.map((kernelId) => ({
            launch: { kernelId },
            state: { kernelId, pid: 1, connectionFile: '/etc/passwd', isOver: false },
            last: 7,
          })),
        }),
      );
    if (said.type === 'request')
      this.send(encodeJson({ type: 'answer', id: said.id, ...(this.answers[said.request.do] ?? {}) }));
  }
}
