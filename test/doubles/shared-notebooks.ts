import { YNotebook } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import * as Y from 'yjs';
import type { EventLog } from '../../event-log/event-log.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { DocumentIndex } from '../../server/documents/document-index.ts';
import { DocumentRooms } from '../../server/documents/document-rooms.ts';
import type { DocumentAttachment, Membership, SharedDocument } from '../../server/shared-document.ts';

export interface SourceCell {
  readonly id: string;
  readonly cell_type?: string;
  readonly source?: string;
  readonly outputs?: readonly object[];
  readonly execution_count?: number | null;
}

/** The document of a notebook `a.ipynb` with these cells, on a log of its own. */
export async function openNotebook(
  cells: readonly SourceCell[],
  attachments: readonly DocumentAttachment[],
  log: EventLog = new MemoryEventLog(),
  warn: (message: string) => void = (message) => {
    throw new Error(message);
  },
): Promise<{ readonly document: SharedDocument; readonly rooms: DocumentRooms }> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell) => ({
      cell_type: 'code',
      source: '',
      metadata: {},
      outputs: [],
      execution_count: null,
      ...cell,
    })),
  };
  const rooms = new DocumentRooms({
    log,
    index: await DocumentIndex.load(log, () => undefined),
    files: {
      read: () => Promise.resolve({ type: 'notebook', notebook } as never),
      prepare: (source) => Promise.resolve(source),
      findMoved: () => Promise.resolve(null),
      bringUpToFile: () => Promise.resolve(),
    },
    attachments,
    idle: 60_000,
    onUnloaded: () => undefined,
    warn,
  });
  const { documentId } = await rooms.identify('a.ipynb', { type: 'notebook', format: 'json' });
  return { document: await rooms.open(documentId), rooms };
}

/** A page with the notebook open, which may be cut off and come back. */
export class NotebookPage {
  readonly model = new YNotebook();
  #document: SharedDocument;
  #membership: Membership | null = null;
  #updates = 0;

  /** How many updates of others it was told of. */
  get updates(): number {
    return this.#updates;
  }

  get cells(): YCodeCell[] {
    return this.model.cells as YCodeCell[];
  }

  static async open(document: SharedDocument): Promise<NotebookPage> {
    const page = new NotebookPage(document);
    await page.connect();
    return page;
  }

  private constructor(document: SharedDocument) {
    this.#document = document;
    this.model.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') void this.#membership?.receive(update);
    });
  }

  /** Its server is another one from now on. */
  reach(document: SharedDocument): void {
    this.#document = document;
  }

  disconnect(): void {
    this.#membership?.leave();
    this.#membership = null;
  }

  async connect(): Promise<void> {
    const membership = this.#document.join({
      actor: 'ada',
      mayWrite: () => true,
      updated: (update) => {
        this.#updates++;
        Y.applyUpdate(this.model.ydoc, update, 'remote');
      },
      awarenessUpdated: () => undefined,
      renamed: () => undefined,
      ended: () => undefined,
    });
    const { ydoc } = this.model;
    // Both answer before they hear the other, as two who send their first sync step at once do.
    const mine = Y.encodeStateAsUpdate(ydoc, Y.encodeStateVector(this.#document.ydoc));
    const theirs = await this.#document.stateSince(Y.encodeStateVector(ydoc));
    this.#membership = membership;
    const received = membership.receive(mine);
    Y.applyUpdate(ydoc, theirs, 'remote');
    await received;
  }
}
