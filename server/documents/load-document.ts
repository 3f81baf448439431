import type { YFile, YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { EventLogError } from '../../event-log/event-log.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { DocumentError } from '../shared-document.ts';
import type { DocumentFiles, DocumentSource } from './document-files.ts';
import type { DocumentIndex } from './document-index.ts';
import { DocumentLog, streamOf, streamOfEpoch } from './document-log.ts';
import type { StoredHistory } from './document-log.ts';
import { emptyModel, fill } from './document-model.ts';
import type { DocumentRecord } from './document-record.ts';
import { noteRestart } from './file-notes.ts';
import { RemovedCells } from './removed-cells.ts';

/** A document that goes on from what its log has. */
export interface LoadedDocument {
  readonly record: DocumentRecord;
  readonly model: YNotebook | YFile;
  readonly log: DocumentLog;
  readonly history: StoredHistory;
  /** What was read of its file, if it was made of that now. */
  readonly made: DocumentSource | null;
}

interface Deps {
  readonly log: EventLog;
  readonly index: DocumentIndex;
  readonly files: DocumentFiles;
  /** What its file holds; null where there is none. */
  readonly read: (record: DocumentRecord) => Promise<DocumentSource | null>;
  readonly warn: (message: string) => void;
}

/**
 * A document from its history; from its file where there is none, or none that can be gone on with. What is damaged stays
 * in the log as it is, and the document goes on under another epoch in a stream of its own.
 * @param isFresh nobody has had anything of its epoch yet
 * @throws DocumentError
 */
export async function loadDocument(
  deps: Deps,
  record: DocumentRecord,
  isFresh: boolean,
): Promise<LoadedDocument> {
  const stream = await streamOf(deps.log, record);
  const log = new DocumentLog(deps.log, stream);
  try {
    const history = await log.read();
    if (history.updates.length > 0) {
      return { record, model: modelOf(record, history), log, history, made: null };
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return restart(deps, record, stream, error);
  }
  const source = await deps.read(record);
  if (source === null) throw new DocumentError('file-not-found', `There is no file ${record.path}.`);
  const prepared = await deps.files.prepare(source, record.documentId);
  const model = emptyModel(record.kind);
  const begun = isFresh ? record : await deps.index.beginEpoch(record.documentId);
  return { ...(await begin(begun, model, log, () => fill(model, prepared))), made: source };
}

async function restart(
  deps: Deps,
  record: DocumentRecord,
  damagedStream: string,
  error: Error,
): Promise<LoadedDocument> {
  const { path, documentId } = record;
  const what = `The history of ${path} is damaged: ${error.message}`;
  const source = await deps.read(record);
  if (source === null)
    throw new DocumentError('damaged', `${what} There is no file either; put back a version of it.`, {
      cause: error,
    });
  const prepared = await deps.files.prepare(source, documentId);
  const begun = await deps.index.beginEpoch(documentId);
  deps.warn(
    `${what} It goes on from its file. What was not saved there is missing; what is left of the history stays in the stream ${damagedStream}.`,
  );
  const model = emptyModel(record.kind);
  const log = new DocumentLog(deps.log, streamOfEpoch(begun));
  const loaded = await begin(begun, model, log, () => {
    fill(model, prepared);
    noteRestart(model, Date.now());
  });
  return { ...loaded, made: source };
}

async function begin(
  record: DocumentRecord,
  model: YNotebook | YFile,
  log: DocumentLog,
  write: () => void,
): Promise<Omit<LoadedDocument, 'made'>> {
  const { ydoc, ystate } = model;
  ydoc.transact(() => {
    write();
    ystate.set('path', record.path);
  }, 'server');
  const state = Y.encodeStateAsUpdate(ydoc);
  await log.append([], { update: state, removed: null });
  const history = { updates: [state], removed: null, stateBytes: state.length, tailUpdates: 0, tailBytes: 0 };
  return { record, model, log, history };
}

/** @throws DamagedUpdates */
function modelOf({ kind }: DocumentRecord, history: StoredHistory): YNotebook | YFile {
  const model = emptyModel(kind);
  const { ydoc } = model;
  try {
    ydoc.transact(() => {
      for (const update of history.updates) Y.applyUpdate(ydoc, update);
    }, 'server');
    if (ydoc.store.pendingStructs !== null || ydoc.store.pendingDs !== null)
      throw new Error('An update is missing on which others build.');
    const { updates, removed, tailUpdates } = history;
    RemovedCells.of(ydoc)?.sort(removed, updates.slice(updates.length - tailUpdates));
    return model;
  } catch (error) {
    model.dispose();
    throw new DamagedUpdates('Its updates do not make a document.', { cause: error });
  }
}

class DamagedUpdates extends Error {}

function isDamage(error: unknown): error is Error {
  if (error instanceof EventLogError) return error.code === 'EVENT_LOG_DAMAGED';
  return error instanceof DamagedUpdates;
}
