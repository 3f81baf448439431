import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventLog } from '../../event-log/event-log.ts';
import type { DocumentIndex } from './document-index.ts';
import { changedAt, streamsOf } from './document-log.ts';

/**
 * What is kept of documents whose files are gone goes with time (SPEC D17): of a deleted one everything, a while after the
 * deletion; of one whose file another program removed, what its file once was. Its own history stays: it is all there is.
 */
export async function removeOld(deps: {
  readonly log: EventLog;
  readonly index: DocumentIndex;
  /** Where there is a folder for each document. */
  readonly directories: {
    /** What document and file had in common, and what clients were given. */
    readonly ofFile: readonly string[];
    readonly outputs: string;
  };
  readonly isLoaded: (documentId: string) => boolean;
  readonly hasFile: (path: string) => Promise<boolean>;
  /** Milliseconds since the epoch; what is older is old. */
  readonly before: number;
}): Promise<void> {
  const { log, index, directories, isLoaded, hasFile, before } = deps;
  const forgotten: string[] = [];
  for (const record of [...index.all()]) {
    const { documentId, path, isDeleted, deletedAt } = record;
    if (isLoaded(documentId)) continue;
    const ofFile = directories.ofFile.map((directory) => join(directory, documentId));
    if (!isDeleted) {
      const wasChanged = (await changedAt(log, record)) ?? before;
      if (wasChanged < before && !(await hasFile(path)) && !isLoaded(documentId)) await remove(ofFile);
    } else if (deletedAt !== null && deletedAt < before) {
      await remove([...ofFile, join(directories.outputs, documentId)]);
      for (const stream of await streamsOf(log, documentId))
        await log.trim(stream, await log.lastSequence(stream));
      forgotten.push(documentId);
    }
  }
  // Last: where the server ends in between, it is all done again.
  await index.forget(forgotten);
}

async function remove(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
