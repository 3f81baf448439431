import type { YFile, YNotebook } from '@jupyter/ydoc';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { StreamAppend } from '../../event-log/event-log.ts';
import { DocumentError } from '../shared-document.ts';
import type {
  DocumentAttachment,
  DocumentEnd,
  DocumentIdentity,
  DocumentKind,
  Membership,
  Participant,
  SharedDocument,
} from '../shared-document.ts';
import { CommitQueue } from './commit-queue.ts';
import { CompactionRule } from './compaction-rule.ts';
import type { CompactedState, DocumentLog, LoggedUpdate, StoredHistory } from './document-log.ts';
import { Member } from './member.ts';
import { RemovedCells } from './removed-cells.ts';
import { SharedAwareness } from '../shared-awareness.ts';
import { UpdateCheck } from './update-check.ts';
import { containsNews } from './update-news.ts';

/** No update, where a change changed nothing or comes with something else. */
const NOTHING = new Uint8Array();
/** Of somebody who has nothing yet: no bytes, or a count of no clients. */
const EMPTY_STATE_VECTOR_BYTES = 1;

interface AppliedUpdate extends LoggedUpdate {
  /** Whose it is; null: the server's. */
  readonly from: Member | null;
}

/** One document that is loaded: what is applied is committed, then told to the others (I1). */
export class DocumentRoom implements SharedDocument {
  readonly documentId: string;
  readonly epoch: string;
  readonly kind: DocumentKind;
  readonly model: YNotebook | YFile;
  readonly #log: DocumentLog;
  readonly #check: UpdateCheck;
  readonly #compaction: CompactionRule;
  readonly #commits: CommitQueue<AppliedUpdate>;
  readonly #awareness: SharedAwareness<Member>;
  readonly #members = new Set<Member>();
  readonly #participants = new Set<Participant>();
  readonly #onUnused: () => void;
  readonly #onFailed: (error: unknown) => void;
  #path: string;
  #holds = 0;
  #attachments: readonly ReturnType<DocumentAttachment>[] = [];
  /** What Yjs says was changed, until it is sure that it went through. */
  #applied: AppliedUpdate[] = [];
  #applying = 0;
  #end: DocumentEnd | null = null;
  /** The document as one update, as long as it has not changed and memory is not needed for something else. */
  #whole: WeakRef<Uint8Array> | null = null;
  /** Nothing more is taken into it. */
  #isOver = false;

  /** @param deps.model has the history's content already */
  constructor(deps: {
    readonly identity: DocumentIdentity;
    readonly model: YNotebook | YFile;
    readonly log: DocumentLog;
    readonly history: StoredHistory;
    /** Nobody uses it any more. */
    readonly onUnused: () => void;
    /** It ended because its history cannot be gone on with. */
    readonly onFailed: (error: unknown) => void;
  }) {
    const { identity } = deps;
    this.documentId = identity.documentId;
    this.epoch = identity.epoch;
    this.kind = identity.kind;
    this.#path = identity.path;
    this.model = deps.model;
    this.#log = deps.log;
    const [state] = deps.history.updates;
    if (state !== undefined && deps.history.updates.length === 1) this.#whole = new WeakRef(state);
    this.#check = new UpdateCheck(deps.model.ydoc, this.kind);
    this.#compaction = new CompactionRule(deps.history);
    this.#onUnused = deps.onUnused;
    this.#onFailed = deps.onFailed;
    this.#commits = new CommitQueue(
      (updates) => this.#commit(updates),
      (error) => this.#fail('What is changed cannot be stored', error),
    );
    this.#awareness = new SharedAwareness((update, from) => {
      for (const member of this.#members) if (member !== from) member.participant.awarenessUpdated(update);
    });
    this.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      const from = origin instanceof Member ? origin : null;
      const actor = from?.participant.actor ?? (typeof origin === 'string' ? origin : 'server');
      this.#applied.push({ actor, update, together: [], from });
      this.#whole = null;
      if (this.#applying === 0) this.#submit();
    });
  }

  get path(): string {
    return this.#path;
  }

  get ydoc(): Y.Doc {
    return this.model.ydoc;
  }

  get awareness(): Awareness {
    return this.#awareness.awareness;
  }

  get participants(): ReadonlySet<Participant> {
    return this.#participants;
  }

  get isUsed(): boolean {
    return this.#members.size > 0 || this.#holds > 0;
  }

  get end(): DocumentEnd | null {
    return this.#end;
  }

  get hasEnded(): boolean {
    return this.#end !== null;
  }

  join(participant: Participant): Membership {
    if (this.hasEnded) throw notOpen();
    const member = new Member(this, participant);
    this.#members.add(member);
    this.#participants.add(participant);
    return member;
  }

  hold(): { release(): void } {
    this.#holds += 1;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holds -= 1;
        if (!this.isUsed) this.#onUnused();
      },
    };
  }

  async stateSince(stateVector: Uint8Array): Promise<Uint8Array> {
    this.#assertOpen();
    const state = stateVector.length <= EMPTY_STATE_VECTOR_BYTES ? this.#wholeState() : null;
    const missing = state ?? Y.encodeStateAsUpdate(this.ydoc, stateVector);
    await this.committed();
    return missing;
  }

  async change(
    actor: string,
    change: (model: YNotebook | YFile) => void,
    together: readonly StreamAppend[] = [],
  ): Promise<void> {
    this.#assertOpen();
    this.#applying += 1;
    try {
      this.ydoc.transact(() => change(this.model), actor);
      if (together.length > 0) this.#applied.push({ actor, update: NOTHING, together, from: null });
    } finally {
      this.#applying -= 1;
      // Where `change` threw, too: what it had changed until then is in the document.
      if (this.#applying === 0) this.#submit();
    }
    await Promise.resolve(); // changes within others are submitted with them
    await this.committed();
  }

  async committed(): Promise<void> {
    try {
      await this.#commits.committed();
    } catch (error) {
      throw new DocumentError('not-recorded', 'What was changed could not be stored.', { cause: error });
    }
  }

  /** Part of the server that works on it while it is loaded. */
  attach(attachments: readonly DocumentAttachment[]): void {
    this.#attachments = attachments.map((attachment) => attachment(this));
  }

  async rename(path: string): Promise<void> {
    this.#path = path;
    for (const participant of this.#participants) participant.renamed(path);
    if (!this.#isOver) await this.change('server', ({ ystate }) => void ystate.set('path', path));
  }

  /** Applies a participant's update. @throws DocumentError `malformed-update`, `incomplete-update`, `read-only` */
  receive(update: Uint8Array, from: Member): void {
    if (!this.#members.has(from)) throw notOpen();
    const { ydoc } = this;
    const decoded = this.#check.check(update);
    if (!from.participant.mayWrite()) {
      if (!containsNews(decoded, ydoc)) return;
      throw new DocumentError('read-only', 'This document may be read and not changed.');
    }
    this.#applying += 1;
    from.received = decoded;
    try {
      Y.applyUpdate(ydoc, update, from);
    } catch (error) {
      // Where all of it is applied, only somebody who watches the document failed: @jupyter/ydoc 4.2 does where two people
      // write one execution count or state at once.
      if (!containsNews(decoded, ydoc)) return;
      this.#applied = [];
      this.#fail('An update broke the document, which is loaded anew', error);
      throw new DocumentError('malformed-update', 'The update does not fit the document.', { cause: error });
    } finally {
      from.received = null;
      this.#applying -= 1;
      if (this.#applying === 0) this.#submit();
    }
    if (ydoc.store.pendingStructs === null && ydoc.store.pendingDs === null) return;
    // Not kept, so that it is not taken for stored, and nobody fills the memory with it.
    ydoc.store.pendingStructs = null;
    ydoc.store.pendingDs = null;
    throw new DocumentError(
      'incomplete-update',
      'The update builds on changes that the server does not have.',
    );
  }

  receiveAwareness(update: Uint8Array, from: Member): void {
    if (this.#members.has(from)) this.#awareness.receive(update, from);
  }

  leave(member: Member): void {
    if (!this.#members.delete(member)) return;
    this.#participants.delete(member.participant);
    if (this.hasEnded) return;
    this.#awareness.leave(member);
    if (!this.isUsed) this.#onUnused();
  }

  /** Takes it from all who have it open. What is applied is committed all the same. */
  endForAll(end: DocumentEnd): void {
    if (this.#end !== null) return;
    const members = [...this.#members];
    this.#end = end;
    this.#members.clear();
    this.#participants.clear();
    for (const { participant } of members) participant.ended(end);
  }

  /** Lets what works on it come to its end, commits, and frees the memory. */
  async unload(): Promise<void> {
    try {
      for (const attachment of this.#attachments) await attachment.close();
      await this.committed();
      if (this.#compaction.isWorthItAtTheEnd) await this.#log.append([], this.#takeState());
    } finally {
      this.#isOver = true;
      this.endForAll({ reason: 'server-closing' });
      this.#awareness.close();
      this.model.dispose();
    }
  }

  /** Many who open it at once get the same bytes; the first one those that were just read, if nothing came after them. */
  #wholeState(): Uint8Array {
    let state = this.#whole?.deref();
    if (state === undefined) {
      state = Y.encodeStateAsUpdate(this.ydoc);
      this.#whole = new WeakRef(state);
    }
    return state;
  }

  #submit(): void {
    const applied = this.#applied;
    this.#applied = [];
    for (const update of applied) this.#commits.add(update);
  }

  async #commit(updates: readonly AppliedUpdate[]): Promise<void> {
    this.#compaction.count(updates);
    await this.#log.append(updates, this.#compaction.isDue ? this.#takeState() : null);
    for (const { update, from } of updates) {
      if (update === NOTHING) continue;
      for (const member of this.#members) if (member !== from) member.participant.updated(update);
    }
  }

  /** All that is applied: part of the log already, or of what is appended together with it. */
  #takeState(): CompactedState {
    const update = Y.encodeStateAsUpdate(this.ydoc);
    this.#compaction.compacted(update.length);
    const removed = RemovedCells.of(this.ydoc)?.order() ?? null;
    return { update, removed: removed?.length === 0 ? null : removed };
  }

  #fail(what: string, error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.endForAll({
      reason: 'failed',
      message: `${what}: ${error instanceof Error ? error.message : String(error)}`,
    });
    this.#onFailed(error);
  }

  #assertOpen(): void {
    if (this.#isOver) throw notOpen();
  }
}

function notOpen(): DocumentError {
  return new DocumentError('not-recorded', 'The document is no longer open.');
}
