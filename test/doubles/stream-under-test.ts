import pino from 'pino';
import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage as BridgeMessage } from '../../kernel-bridge/protocol/message.ts';
import { authorizeSignedIn } from '../../server/auth/authorize.ts';
import type { Authorize } from '../../server/auth/authorize.ts';
import type { Identity } from '../../server/auth/identity.ts';
import type { CellAnswerer } from '../../server/kernels/cell-answerer.ts';
import { ClientProgresses } from '../../server/kernels/client-progress.ts';
import type { CommittedEvents } from '../../server/kernels/committed-events.ts';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { KernelSocket } from '../../server/kernels/kernel-socket.ts';
import type { LiveText } from '../../server/kernels/live-text.ts';
import { KernelStream } from '../../server/kernels/kernel-stream.ts';
import { V1_SUBPROTOCOL } from '../../kernel-bridge/protocol/websocket-v1-codec.ts';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { type DialectName, dialects } from '../servers/websocket-dialects.ts';
import { FailingEventLog } from './failing-event-log.ts';
import { MemoryConnection } from './memory-connection.ts';

export const KERNEL_ID = '01234567-89ab-cdef-0123-456789abcdef';
export const STREAM = `kernel/${KERNEL_ID}`;
export const ALICE: Identity = {
  username: 'alice',
  name: 'Alice',
  displayName: 'Alice',
  right: 'full',
  initials: null,
  avatarUrl: null,
  color: null,
};

/** All that is ready to happen has happened: memory and microtasks need no time, only turns. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A kernel's stream on a log in memory, with the kernel's end and the clients' played by the test. */
export class StreamUnderTest {
  readonly log = new FailingEventLog();
  /** What reached the kernel, in order. */
  readonly sent: BridgeMessage[] = [];
  /** What was told to be in the log, in order. */
  readonly recorded: BridgeMessage[] = [];
  /** Positions of the kernel that need not be kept, in order. */
  readonly acknowledged: number[] = [];
  readonly committed: CommittedEvents[] = [];
  /** JSON lines. */
  readonly logged: string[] = [];
  readonly stream: KernelStream;
  documentPath: string | null = 'a.ipynb';
  /** Thrown when something is sent to the kernel. */
  sendFailure: Error | null = null;
  retries = 0;

  constructor(answerer: CellAnswerer | null = null) {
    const logger = pino({ level: 'debug' }, { write: (line: string) => void this.logged.push(line) });
    this.stream = new KernelStream({
      kernelId: KERNEL_ID,
      log: this.log,
      logger,
      after: 0,
      progresses: ClientProgresses.inMemory(logger),
      answerer,
      send: (message) => {
        if (this.sendFailure) throw this.sendFailure;
        this.sent.push(message);
      },
      acknowledge: (position) => void this.acknowledged.push(position),
      onCommitted: (committed) => void this.committed.push(committed),
      documentPath: () => this.documentPath,
      onRecorded: (message) => this.recorded.push(message),
      retryDelay: () => {
        this.retries += 1;
        return new Promise((resolve) => setImmediate(resolve));
      },
    });
    this.#logger = logger;
  }
  readonly #logger;

  #position = 0;

  /** The kernel says it, in its turn. @returns at which position */
  hear(message: BridgeMessage): number {
    this.stream.hear(message, (this.#position += 1));
    return this.#position;
  }

  open(
    sessionId: string,
    options: { dialect?: DialectName; authorize?: Authorize; liveText?: LiveText } = {},
  ): Tab {
    const { dialect = 'v1', authorize = authorizeSignedIn, liveText } = options;
    const connection = new MemoryConnection();
    const socket = new KernelSocket({
      connection,
      stream: this.stream,
      dialect: dialectOf(dialect === 'v1' ? V1_SUBPROTOCOL : ''),
      sessionId,
      liveText: liveText ?? null,
      identity: ALICE,
      authorize,
      logger: this.#logger,
    });
    return new Tab(connection, socket, dialect);
  }

  async events(): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.log.read(STREAM)) events.push(event);
    return events;
  }

  /** Appends something that is no message of the kernel, as another writer does. */
  append(...events: NewEvent[]): Promise<number> {
    return this.log.append(STREAM, events);
  }
}

/** A client's end of a kernel websocket. */
export class Tab {
  constructor(
    readonly connection: MemoryConnection,
    readonly socket: KernelSocket,
    readonly dialect: DialectName,
  ) {}

  get received(): KernelMessage[] {
    return this.connection.frames.map(({ data, binary }) => dialects[this.dialect].decode(data, binary));
  }

  /** What was printed, piece by piece. */
  get texts(): string[] {
    return this.received.flatMap(({ content }) => ('text' in content ? [String(content['text'])] : []));
  }

  get types(): string[] {
    return this.received.map(({ header }) => header.msg_type);
  }

  send(message: BridgeMessage): void {
    this.connection.receive(dialects[this.dialect].encode(asClientsSendIt(message)));
  }
}

export function asClientsSendIt(message: BridgeMessage): KernelMessage {
  const [header, parent_header, metadata, content] = message.frames.map(
    (frame) => JSON.parse(Buffer.from(frame).toString()) as never,
  );
  const whole = { channel: message.channel, header, parent_header, metadata, content, buffers: [] };
  return whole as unknown as KernelMessage;
}
