import { ToolError } from '../../ai-agent/tool.ts';
import type { Identity } from '../auth/identity.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { AgentPresence } from './agent-presence.ts';

interface Held {
  readonly document: SharedDocument;
  readonly presence: AgentPresence;
  readonly hold: { release(): void };
}

/** The notebook that an agent works in, held in memory as long as it does, with the agent among those who have it open. */
export class AgentNotebook {
  readonly documentId: string;
  readonly #documents: Pick<SharedDocuments, 'open'>;
  readonly #agent: string;
  readonly #person: Identity;
  #held: Held | null = null;
  #isClosed = false;

  /** @param agent how its changes are recorded; `person`: for whom it works */
  constructor(documents: Pick<SharedDocuments, 'open'>, documentId: string, agent: string, person: Identity) {
    this.#documents = documents;
    this.documentId = documentId;
    this.#agent = agent;
    this.#person = person;
  }

  /** As it is now; loaded again where it was taken from those who had it open. @throws ToolError where it is gone */
  async document(): Promise<SharedDocument> {
    if (this.#held !== null && this.#held.document.end === null) return this.#held.document;
    const document = await this.#documents.open(this.documentId).catch((error: unknown) => {
      throw error instanceof DocumentError ? unavailable(error) : error;
    });
    if (this.#isClosed) throw new ToolError('The turn is over.');
    // Somebody may have been quicker.
    if (this.#held?.document === document) return document;
    this.#letGo();
    const hold = document.hold();
    this.#held = { document, hold, presence: new AgentPresence(document, this.#agent, this.#person) };
    return document;
  }

  /** Its API path. @throws ToolError where it is gone */
  async path(): Promise<string> {
    return (await this.document()).path;
  }

  /** Shows people that it works on this cell; null: on the notebook. */
  show(cellId: string | null): void {
    this.#held?.presence.show(cellId);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#held?.presence.close();
    this.#held?.hold.release();
    this.#held = null;
  }
}

function unavailable({ code, message }: DocumentError): ToolError {
  const isGone = code === 'unknown-document' || code === 'file-not-found';
  return new ToolError(isGone ? 'The notebook was deleted.' : `The notebook cannot be opened: ${message}`);
}
