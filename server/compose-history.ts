import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import type { Authorize } from './auth/authorize.ts';
import { displayNameOf } from './auth/display-name.ts';
import { ContentError } from './contents/content-error.ts';
import type { ContentStore } from './contents/content-store.ts';
import { streamOf } from './documents/document-log.ts';
import { FileHistory } from './history/file-history.ts';
import type { Deed, DeedSource, PresentFiles } from './history/history-sources.ts';
import { RestoreVersion } from './history/restore-version.ts';
import { historyRoutes } from './history/routes.ts';
import { Timeline } from './history/timeline.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { SharedDocument, SharedDocuments } from './shared-document.ts';
import type { FileVersions } from './versions/file-versions.ts';

/** Of the newest runs, so many are looked through for the people in a timeline. */
const MOST_RUNS = 500;

/** What files were, who made them so, and how to get it back. */
export function composeHistory(deps: {
  readonly versions: FileVersions;
  readonly ledger: RunLedger;
  readonly store: ContentStore;
  readonly documents: SharedDocuments;
  readonly saveDocument: (document: SharedDocument) => Promise<void>;
  readonly outputsFor: PresentFiles['outputsFor'];
  readonly log: EventLog;
  readonly authorize: Authorize;
}): Router {
  const { versions, store, ledger, documents, log, authorize } = deps;
  const deeds: DeedSource = {
    async runs(path, since) {
      const wanted = { path, cellId: null, kernelId: null, status: null, before: null };
      const runs = await ledger.select(wanted, MOST_RUNS);
      return runs
        .map(({ record }) => ({
          time: record.endedAt ?? record.startedAt ?? record.queuedAt,
          actor: record.actor,
          failed: record.status === 'failed',
        }))
        .filter(({ time }) => time > since);
    },
    async edits(path, since) {
      // Of a document that nobody has open, those who saved it say enough.
      const document = documents.loadedAt(path);
      if (document === null) return [];
      const edits: Deed[] = [];
      for await (const { type, time, actor } of log.read(await streamOf(log, document)))
        if (type === 'document-updated' && time > since) edits.push({ time, actor });
      return edits;
    },
  };
  const present: PresentFiles = {
    loadedAt: (path) => documents.loadedAt(path),
    saveDocument: deps.saveDocument,
    outputsFor: deps.outputsFor,
    async read(path, actor) {
      const options = { content: true, type: 'file', format: 'base64', hash: false } as const;
      const { content } = await store.get(path, options, actor);
      if (typeof content !== 'string') throw new ContentError('invalid', `${path} has no content`, null);
      return Buffer.from(content, 'base64');
    },
    async saveBytes(path, bytes, actor) {
      const content = bytes.toString('base64');
      await store.save(path, { type: 'file', format: 'base64', content }, actor);
    },
    async saveNotebook(path, notebook, actor) {
      await store.save(path, { type: 'notebook', format: 'json', content: notebook }, actor);
    },
  };
  const history = new FileHistory({ versions, present });
  return historyRoutes({
    timeline: new Timeline({ versions, deeds, nameOf: displayNameOf }),
    history,
    restoring: new RestoreVersion({ history, present }),
    authorize,
  });
}
