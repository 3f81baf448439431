import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { DocumentSource } from '../../server/documents/document-files.ts';
import { DocumentIndex } from '../../server/documents/document-index.ts';
import { DocumentRooms } from '../../server/documents/document-rooms.ts';

export type DocumentsInMemory = DocumentRooms;

/** The real documents, on a log in memory. @param files texts, and notebooks as the sources of their code cells */
export async function documentsInMemory(
  files: Readonly<Record<string, string | readonly string[]>>,
): Promise<DocumentsInMemory> {
  const log = new MemoryEventLog();
  return new DocumentRooms({
    log,
    index: await DocumentIndex.load(log),
    attachments: [],
    idle: 60_000,
    warn: (message) => {
      throw new Error(message);
    },
    files: {
      read: (path) => Promise.resolve(sourceOf(files[path])),
      findMoved: () => Promise.resolve(null),
      bringUpToFile: () => Promise.resolve(),
    },
  });
}

function sourceOf(content: string | readonly string[] | undefined): DocumentSource | null {
  if (content === undefined) return null;
  if (typeof content === 'string') return { type: 'file', text: content };
  const cells = content.map((source, index) => ({
    id: `c${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  return { type: 'notebook', notebook: { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 } };
}
