import { basename, join } from 'node:path';
import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import { FileBlobStore } from '../event-log/file-blob-store.ts';
import type { Authorize } from './auth/authorize.ts';
import type { ContentChange, ContentStore } from './contents/content-store.ts';
import type { CommittedEvents } from './kernels/committed-events.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import { runnableDocument } from './runnable-document.ts';
import { runnableNotebook } from './runnable-notebook.ts';
import { RequestRuns } from './runs/request-runs.ts';
import { runRoutes } from './runs/routes.ts';
import { RunBatches } from './runs/run-batches.ts';
import type { RunKernels } from './runs/run-kernels.ts';
import { findRunText } from './runs/find-run-text.ts';
import { RunLedger } from './runs/run-ledger.ts';
import { runTextRoutes } from './runs/run-text-routes.ts';
import { runTextPath } from './runs/run-text-path.ts';
import { RunTextStore } from './runs/run-text-store.ts';
import { RunsApi } from './runs/runs-api.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { SharedDocuments } from './shared-document.ts';

/** What was run on kernels. */
export interface Runs {
  readonly ledger: RunLedger;
  readonly texts: RunTextStore;
  /** Path of the URL where all is that a run printed under a name; null for what is no run of a notebook's cell. */
  textPath(runId: string, name: string): string | null;
  /** Whether a cell was ever sent to a kernel; that of which it cannot be said at once counts as run. */
  hasRun(kernelId: string): Promise<boolean>;
  /** What kernels' streams hold now. */
  onCommitted(committed: CommittedEvents): void;
  /** Runs follow their notebooks. */
  onContentChange(change: ContentChange): Promise<void>;
  /** Idempotent. The log is the caller's to close. */
  close(): Promise<void>;
}

/** Before there are kernels, for it hears them from the first word on. */
export async function composeRuns(deps: {
  readonly stateDirectory: string;
  /** So long images and tables are kept once, whatever shows them. */
  readonly largeDataBytes: number;
  readonly baseUrl: string;
  readonly log: EventLog;
  readonly logger: Logger;
}): Promise<Runs> {
  const { log, logger, baseUrl } = deps;
  const ledger = await RunLedger.open({
    log,
    logger,
    baseUrl,
    directory: join(deps.stateDirectory, 'runs'),
    largeDataBytes: deps.largeDataBytes,
  });
  const blobs = await FileBlobStore.open(join(deps.stateDirectory, 'texts'));
  const texts = await RunTextStore.open({ log, blobs });
  return {
    ledger,
    texts,
    textPath: (runId, name) => (ledger.knows(runId) ? runTextPath(baseUrl, runId, name) : null),
    async hasRun(kernelId) {
      const ofKernel = await ledger.runsOfKernel(kernelId);
      return ofKernel === null || ofKernel.records.size > 0;
    },
    onCommitted: (committed) => ledger.observe(committed),
    async onContentChange(change) {
      try {
        if (change.action === 'rename') await ledger.renamed(change.sourcePath, change.path, change.actor);
        if (change.action === 'delete') await ledger.deleted(change.path);
      } catch (error) {
        // The change of the file stands.
        logger.error(
          { err: error, path: change.path },
          'What became of the runs of a file could not be recorded',
        );
      }
    },
    async close() {
      await ledger.close();
      await blobs.close();
    },
  };
}

/** What the server runs by itself, and the API of all runs. */
export interface RunsApiParts {
  readonly routes: readonly Router[];
  /** What people ask to be run, of the document where a notebook is open as one. */
  readonly requests: RequestRuns;
  readonly batches: RunBatches;
  readonly api: RunsApi;
  /** Goes on with what was asked of a server before, once kernels have been taken over. */
  start(): void;
  /** Idempotent. */
  close(): Promise<void>;
}

export async function composeRunsApi(deps: {
  readonly ledger: RunLedger;
  readonly texts: RunTextStore;
  readonly kernels: Kernels;
  readonly sessions: Sessions;
  readonly store: ContentStore;
  readonly documents: Pick<SharedDocuments, 'loadedAt'>;
  readonly baseUrl: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly authorize: Authorize;
}): Promise<RunsApiParts> {
  const { ledger, texts, store, documents, baseUrl, log, logger, authorize } = deps;
  const kernels = runKernels(deps.kernels, deps.sessions);
  const batches = await RunBatches.open({ log, logger, ledger, kernels });
  const requests = new RequestRuns({
    batches,
    kernels,
    readNotebook: async (path) =>
      runnableDocument(documents.loadedAt(path)) ?? (await runnableNotebook(store, path)),
  });
  const api = new RunsApi({ ledger, batches, kernels, baseUrl });
  return {
    routes: [
      runRoutes({ api, requests, authorize }),
      runTextRoutes({ authorize, findText: (runId, name) => findRunText({ ledger, texts }, runId, name) }),
    ],
    requests,
    batches,
    api,
    start: () => batches.start(),
    close: () => batches.close(),
  };
}

function runKernels(kernels: Kernels, sessions: Sessions): RunKernels {
  return {
    has: (id) => kernels.has(id),
    send: (id, message, session, actor) =>
      kernels.get(id).stream.request(message, { sessionId: session }, actor),
    interrupt: (id, actor) => kernels.interrupt(id, actor),
    async ofNotebook(path, wanted, actor) {
      const session = await sessions.create(
        { path, name: basename(path), type: 'notebook', kernelName: wanted.name, kernelId: wanted.id },
        actor,
        wanted.host,
      );
      const { id, name } = kernels.get(session.kernel.id);
      return { id, name };
    },
  };
}
