import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { may } from '../auth/may.ts';
import { toIdentityModel } from '../auth/identity-model.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import type { DocumentIdentity, SharedDocuments } from '../shared-document.ts';
import { DocumentError } from '../shared-document.ts';
import type { OpenMessage } from '../wire/open.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-version.ts';
import type { Refusal } from '../wire/refused.ts';
import type { UpMessage } from '../wire/up.ts';
import { upSchema } from '../wire/up.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import { decodeLiveFrame } from '../wire/live-frame.ts';
import type { AgentFeed } from './page-agents.ts';
import { PageAgents } from './page-agents.ts';
import { PageConnection } from './page-connection.ts';
import type { SaveDocument } from './page-document.ts';
import { PageDocument } from './page-document.ts';
import type { RuntimeNews } from './page-runtimes.ts';
import { PageRuntimes } from './page-runtimes.ts';
import type { PagePresence } from './page-presence.ts';
import type { PageSocket } from './page-socket.ts';

/** A window with many tabs, ten times over. */
const MOST_DOCUMENTS = 500;
const PAGE_ITSELF = 0;

export interface LivePageDependencies {
  readonly documents: SharedDocuments;
  readonly save: SaveDocument;
  readonly presence: PagePresence;
  readonly agents: AgentFeed;
  readonly runtimes: RuntimeNews;
  readonly authorize: Authorize;
  readonly logger: Logger;
  /** Of the server. */
  readonly version: string;
}

/** The conversation with one page of a browser, from its `hello` on. The rules are in SPEC.md. */
export class LivePage {
  readonly #deps: LivePageDependencies;
  readonly #identity: Identity;
  readonly #connection: PageConnection;
  /** Null while it is being opened. */
  readonly #documents = new Map<number, PageDocument | null>();
  readonly #agents: PageAgents;
  readonly #runtimes: PageRuntimes;
  #isWelcome = false;

  constructor(socket: PageSocket, identity: Identity, deps: LivePageDependencies) {
    this.#deps = deps;
    this.#identity = identity;
    this.#connection = new PageConnection(socket);
    this.#runtimes = new PageRuntimes(deps.runtimes, this.#connection);
    this.#agents = new PageAgents(deps.agents, identity, this.#connection, deps.logger);
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  get actor(): string {
    return this.#identity.username;
  }

  receiveText(text: string): void {
    this.#reading(() => this.#receive(upSchema.parse(JSON.parse(text))));
  }

  receiveBinary(bytes: Uint8Array): void {
    this.#reading(() => {
      const frame = decodeLiveFrame(bytes);
      if (!this.#isWelcome) throw new Error('a frame before hello');
      if (frame.kind === 'part') throw new Error('only the server sends frames in parts');
      if (frame.handle === PAGE_ITSELF) this.#receivePresence(frame);
      // What was on its way while the document was taken from the page is nobody's.
      else this.#documents.get(frame.handle)?.receive(frame);
    });
  }

  sendAlive(): void {
    if (this.#isWelcome) this.#connection.send({ type: 'alive' });
  }

  /** The page is gone, or is to go. Idempotent. */
  closed(): void {
    this.#connection.closed();
    this.#agents.close();
    this.#runtimes.unwatch();
    this.#deps.presence.leave(this);
    for (const document of this.#documents.values()) document?.leave();
    this.#documents.clear();
  }

  presenceUpdated(update: Uint8Array): void {
    this.#connection.sendFrame({ handle: PAGE_ITSELF, kind: 'awareness', payload: update });
  }

  #reading(read: () => void): void {
    if (this.#connection.isClosed) return;
    try {
      read();
    } catch (error) {
      this.#deps.logger.warn({ err: error, user: this.#identity.username }, 'A page sent what is no message');
      this.#connection.close('malformed-message');
      this.closed();
    }
  }

  #receive(message: UpMessage): void {
    if (this.#isWelcome === (message.type === 'hello')) throw new Error('hello comes first, and once');
    switch (message.type) {
      case 'hello':
        return this.#welcome(message.protocol);
      case 'open':
        return void this.#open(message);
      case 'close':
        this.#documents.get(message.handle)?.leave();
        this.#documents.delete(message.handle);
        return;
      case 'save':
        return void this.#documents.get(message.handle)?.save(message.request);
      case 'agent-follow':
        return this.#agents.follow(message.threadId, message.after);
      case 'agent-unfollow':
        return this.#agents.unfollow(message.threadId);
      case 'agent-watch':
        return this.#agents.watch();
      case 'runtimes-watch':
        if (may(this.#deps.authorize, this.#identity, 'read', 'places')) this.#runtimes.watch();
        return;
      case 'runtimes-unwatch':
        return this.#runtimes.unwatch();
    }
  }

  #welcome(protocol: number): void {
    if (protocol !== PROTOCOL_VERSION) {
      this.#connection.close('unknown-protocol');
      return;
    }
    this.#isWelcome = true;
    this.#connection.send({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      server: this.#deps.version,
      person: toIdentityModel(this.#identity),
    });
    this.#deps.presence.join(this);
  }

  #receivePresence(frame: LiveFrame): void {
    if (frame.kind !== 'awareness') throw new Error('the page itself has no content');
    this.#deps.presence.receive(frame.payload, this);
  }

  async #open(message: OpenMessage): Promise<void> {
    const { handle } = message;
    const { authorize, documents, save } = this.#deps;
    if (this.#documents.has(handle)) return this.#refuse(handle, 'unavailable', 'The handle is taken.');
    if (this.#documents.size >= MOST_DOCUMENTS)
      return this.#refuse(handle, 'unavailable', 'This page has too many documents open.');
    this.#documents.set(handle, null);
    try {
      authorize(this.#identity, 'read', 'contents');
      const { documentId } = await this.#find(message);
      const document = await documents.open(documentId);
      // Closed meanwhile, by the page or with it.
      if (this.#connection.isClosed || !this.#documents.has(handle)) return;
      const place: PageDocument = new PageDocument({
        handle,
        document,
        actor: this.#identity.username,
        mayWrite: () => may(authorize, this.#identity, 'write', 'contents'),
        connection: this.#connection,
        save,
        onOver: () => this.#documents.delete(handle),
      });
      this.#documents.set(handle, place);
    } catch (error) {
      if (!this.#documents.delete(handle)) return;
      const code = refusalOf(error);
      if (code === 'unavailable')
        this.#deps.logger.error({ err: error, path: message.path }, 'A shared document could not be opened');
      this.#refuse(handle, code, error instanceof Error ? error.message : String(error));
    }
  }

  /** @throws DocumentError; `unknown-document` where the server does not have that very history */
  async #find({ path, kind, known }: OpenMessage): Promise<DocumentIdentity> {
    const { documents } = this.#deps;
    if (known === undefined) return documents.identify(path, kind);
    const identity = await documents.identityOf(known.documentId);
    if (identity?.epoch === known.epoch) return identity;
    throw new DocumentError('unknown-document', 'The server has another history of this document.');
  }

  #refuse(handle: number, code: Refusal, message: string): void {
    this.#connection.send({ type: 'refused', handle, code, message });
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof HttpError && error.status === 403) return 'forbidden';
  if (!(error instanceof DocumentError)) return 'unavailable';
  switch (error.code) {
    case 'file-not-found':
    case 'not-shareable':
      return error.code;
    case 'unknown-document':
      return 'other-history';
    case 'read-only':
    case 'malformed-update':
    case 'incomplete-update':
    case 'not-recorded':
    case 'damaged':
      return 'unavailable';
  }
}
