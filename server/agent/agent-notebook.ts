import { ToolError } from '../../ai-agent/tool.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';

/** The notebook that an agent works in, held in memory as long as it does. */
export class AgentNotebook {
  readonly documentId: string;
  readonly #documents: Pick<SharedDocuments, 'open'>;
  #held: { readonly document: SharedDocument; release(): void } | null = null;
  #isClosed = false;

  constructor(documents: Pick<SharedDocuments, 'open'>, documentId: string) {
    this.#documents = documents;
    this.documentId = documentId;
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
    this.#held?.release();
    const hold = document.hold();
    this.#held = { document, release: () => hold.release() };
    return document;
  }

  /** Its API path. @throws ToolError where it is gone */
  async path(): Promise<string> {
    return (await this.document()).path;
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#held?.release();
    this.#held = null;
  }
}

function unavailable({ code, message }: DocumentError): ToolError {
  const isGone = code === 'unknown-document' || code === 'file-not-found';
  return new ToolError(isGone ? 'The notebook was deleted.' : `The notebook cannot be opened: ${message}`);
}
