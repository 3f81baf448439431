import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { Identity } from '../auth/identity.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { AgentApiError } from './agent-error.ts';
import type { ThreadRecord } from './agent-threads.ts';
import { threadStream } from './agent-threads.ts';
import { editDetailsSchema } from './cell-change.ts';
import type { EditDetails } from './cell-change.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';
import type { TextTools } from './undo-change.ts';
import { undoChange } from './undo-change.ts';

interface MadeEdit {
  readonly callId: string;
  readonly details: EditDetails;
}

/** Takes back what turns have changed in notebooks. */
export class TurnReverter {
  readonly #log: EventLog;
  readonly #documents: Pick<SharedDocuments, 'open'>;
  readonly #texts: TextTools;
  /** Turns that are being taken back. */
  readonly #under = new Set<string>();

  constructor(log: EventLog, documents: Pick<SharedDocuments, 'open'>, texts: TextTools) {
    this.#log = log;
    this.#documents = documents;
    this.#texts = texts;
  }

  /**
   * The newest change first, in one change of the person's, committed together with the event that tells of it. What others have done
   * before, between and since stays.
   * @throws AgentApiError cannot_revert, turn_not_found, turn_under_way
   */
  async revert({ threadId, documentId }: ThreadRecord, turnId: string, person: Identity): Promise<void> {
    if (this.#under.has(turnId)) throw cannot('It is being taken back already.');
    this.#under.add(turnId);
    try {
      const edits = await this.#editsOf(threadId, turnId);
      if (documentId === null || edits.length === 0) throw cannot('It has changed nothing.');
      const document = await this.#open(documentId);
      const hold = document.hold();
      try {
        await this.#takeBack(document, edits.reverse(), { threadId, turnId, by: person.username });
      } finally {
        hold.release();
      }
    } finally {
      this.#under.delete(turnId);
    }
  }

  async #takeBack(
    document: SharedDocument,
    edits: readonly MadeEdit[],
    { threadId, turnId, by }: { readonly threadId: string; readonly turnId: string; readonly by: string },
  ): Promise<void> {
    const callIds: string[] = [];
    const left: { callId: string; reason: string }[] = [];
    const reverted: NewEvent = {
      type: 'turn-reverted',
      version: 1,
      // Filled in by the change, which is made before the event is written.
      data: { turnId, by, callIds, left },
      actor: by,
      causedBy: null,
      frames: [],
    };
    await document.change(by, () => {
      for (const { callId, details } of edits) {
        const reason = undoChange(document.ydoc, details, this.#texts);
        if (reason === null) callIds.push(callId);
        else left.push({ callId, reason });
      }
      if (callIds.length === 0) throw cannot([...new Set(left.map(({ reason }) => reason))].join(' '));
    }, [{ stream: threadStream(threadId), events: [reverted] }]);
  }

  async #editsOf(threadId: string, turnId: string): Promise<MadeEdit[]> {
    const edits: MadeEdit[] = [];
    let state: 'unknown' | 'open' | 'over' = 'unknown';
    for await (const event of this.#log.read(threadStream(threadId))) {
      const stored = event as StoredTurnEvent;
      if (stored.data.turnId !== turnId) continue;
      if (stored.type === 'turn-started') state = 'open';
      if (stored.type === 'turn-ended') state = 'over';
      if (stored.type === 'turn-reverted') throw cannot('It is taken back already.');
      if (stored.type !== 'tool-ended') continue;
      const { callId, result } = stored.data;
      const details = editDetailsSchema.safeParse(result.details);
      if (details.success && !result.isError) edits.push({ callId, details: details.data });
    }
    if (state === 'unknown')
      throw new AgentApiError('turn_not_found', 'This conversation has no such turn.', 'Read it again.');
    if (state === 'open')
      throw new AgentApiError('turn_under_way', 'The agent is still at work on it.', 'Stop it first.');
    return edits;
  }

  async #open(documentId: string): Promise<SharedDocument> {
    try {
      return await this.#documents.open(documentId);
    } catch (error) {
      if (error instanceof DocumentError) throw cannot('The notebook is gone.', { cause: error });
      throw error;
    }
  }
}

function cannot(why: string, options: ErrorOptions = {}): AgentApiError {
  return new AgentApiError('cannot_revert', why, 'Look at the notebook, and change it by hand.', options);
}
