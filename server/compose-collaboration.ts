import type { YFile, YNotebook } from '@jupyter/ydoc';
import type { Router } from 'express';
import type { Authorize } from './auth/authorize.ts';
import type { CellRuns } from './collaboration/cell-runs.ts';
import { documentEvents } from './collaboration/collaboration-events.ts';
import type { EmitEvent } from './collaboration/collaboration-events.ts';
import { collaborationSchemas } from './collaboration/event-schemas.ts';
import { executeRoutes } from './collaboration/execute-routes.ts';
import { forkRoutes } from './collaboration/fork-routes.ts';
import type { Forks } from './collaboration/forks.ts';
import { MissingDocuments } from './collaboration/missing-documents.ts';
import { promptPageRoutes } from './collaboration/prompt-page.ts';
import type { RunPrompts } from './collaboration/prompt-page.ts';
import type { Rooms } from './collaboration/rooms.ts';
import { sessionRoutes } from './collaboration/session-routes.ts';
import { timelineRoutes } from './collaboration/timeline-routes.ts';
import type { DocumentVersions, Restorer, Timelines } from './collaboration/timelines.ts';
import { roomUpgradeRoutes } from './collaboration/upgrade-routes.ts';
import type { JupyterEvents } from './events/jupyter-events.ts';
import { textOfFile } from './history/change-summary.ts';
import { contentOf, notebookContent } from './history/notebook-cells.ts';
import type { Logger } from './logger.ts';
import type { RequestRuns } from './runs/request-runs.ts';
import type { RunBatches } from './runs/run-batches.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { RunsApi } from './runs/runs-api.ts';
import type { DocumentAttachment, SharedDocument, SharedDocuments } from './shared-document.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import type { FileVersions } from './versions/file-versions.ts';

/** jupyter-collaboration's contract for the rest of the server. */
export interface ComposedCollaboration {
  readonly routes: readonly Router[];
  readonly upgradeRoutes: readonly UpgradeRoute[];
  /** Idempotent. */
  close(): void;
}

/** What is loaded, and Yjs with it, when somebody asks for the first room. */
interface Loaded {
  readonly rooms: Rooms;
  readonly forks: Forks;
  readonly timelines: Timelines;
  close(): void;
}

export function composeCollaboration(deps: {
  readonly documents: SharedDocuments;
  readonly versions: FileVersions;
  readonly events: JupyterEvents;
  readonly authorize: Authorize;
  readonly logger: Logger;
  readonly save: (document: SharedDocument) => Promise<void>;
  readonly runs: CellRuns;
  readonly prompts: RunPrompts;
}): ComposedCollaboration {
  const { documents, events, authorize, logger, save, runs } = deps;
  const missing = new MissingDocuments();
  const emit = emitOf(events);
  for (const schema of collaborationSchemas) events.register(schema);
  let loading: Promise<Loaded> | null = null;
  const loaded = (): Promise<Loaded> => (loading ??= load());
  async function load(): Promise<Loaded> {
    const [{ Rooms }, { TransientRooms }, { Forks }, { Timelines }] = await Promise.all([
      import('./collaboration/rooms.ts'),
      import('./collaboration/transient-rooms.ts'),
      import('./collaboration/forks.ts'),
      import('./collaboration/timelines.ts'),
    ]);
    const transient = new TransientRooms();
    const forks = new Forks(transient);
    return {
      rooms: new Rooms({ documents, missing, transient, authorize, emit, logger, save }),
      forks,
      timelines: new Timelines(transient, await documentVersions(deps.versions)),
      close() {
        forks.close();
        transient.close();
      },
    };
  }
  const rooms = async (): Promise<Rooms> => (await loaded()).rooms;
  const sockets = roomUpgradeRoutes({ rooms, authorize, logger });
  return {
    routes: [
      sessionRoutes({ documents, missing, authorize }),
      executeRoutes({ documents, rooms, runs, authorize }),
      forkRoutes({ documents, forks: async () => (await loaded()).forks, authorize, emit }),
      promptPageRoutes(deps.prompts, authorize),
      timelineRoutes({ documents, timelines: async () => (await loaded()).timelines, authorize, save }),
    ],
    upgradeRoutes: sockets.routes,
    close() {
      sockets.close();
      void loading?.then((parts) => parts.close());
    },
  };
}

/** What tells of each document that is open. */
export function collaborationAttachment(events: JupyterEvents): DocumentAttachment {
  return documentEvents(emitOf(events));
}

function emitOf(events: JupyterEvents): EmitEvent {
  return (schemaId, data) => events.emit(schemaId, data);
}

/** Saved versions, put into copies of documents. */
async function documentVersions(versions: FileVersions): Promise<DocumentVersions> {
  const { restoreFile, restoreNotebook } = await import('./history/restore-document.ts');
  const restorerOf = (wanted: ReturnType<typeof contentOf> | string | null): Restorer | null => {
    if (wanted === null) return null;
    return typeof wanted === 'string'
      ? (model) => restoreFile(model as YFile, wanted)
      : (model) => restoreNotebook(model as YNotebook, wanted.cells, new Set());
  };
  return {
    async kept(path) {
      const known = await versions.known(path);
      const isKept = await Promise.all(known.map((version) => versions.isKept(version)));
      return known.filter((_, place) => isKept[place]);
    },
    async restorer(path, id) {
      const version = (await versions.known(path)).find((each) => each.id === id);
      const bytes = version === undefined ? null : await versions.content(version);
      if (bytes === null) return null;
      return restorerOf(path.endsWith('.ipynb') ? notebookContent(bytes) : textOfFile(bytes));
    },
    snapshot(model) {
      const source: unknown = model.getSource();
      return restorerOf(typeof source === 'string' ? source : contentOf(source)) ?? (() => undefined);
    },
  };
}

/** Cells are run as those of any request, one by one. */
export function cellRuns(
  ledger: RunLedger,
  queue: () => { readonly requests: RequestRuns; readonly batches: RunBatches },
): CellRuns {
  return {
    async run({ path, cellId, kernelId }, actor, signal) {
      const { requests, batches } = queue();
      const request = { path, cells: [cellId], interactive: true, kernel: { id: kernelId } };
      const batch = await requests.request(request, actor);
      await batches.whenOver(batch, signal);
      const [run] = batch.runs;
      // An empty cell has nothing to run.
      if (run === undefined) return { runId: null, status: 'done' };
      const { runId } = run;
      const found = await ledger.findIn(batch.kernelId, runId);
      const unsent = batch.cancelled.has(runId) ? 'cancelled' : 'aborted';
      return { runId, status: found?.record.status ?? unsent };
    },
  };
}

export function runPrompts(ledger: RunLedger, api: () => RunsApi): RunPrompts {
  return {
    of: async (runId) => (await ledger.find(runId))?.record.prompt ?? null,
    answer: (runId, value, actor) => api().answer(runId, value, actor),
  };
}
