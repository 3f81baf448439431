import type { Router } from 'express';
import type { Authorize } from './auth/authorize.ts';
import { collaborationSchemas } from './collaboration/event-schemas.ts';
import { executeRoutes } from './collaboration/execute-routes.ts';
import { MissingDocuments } from './collaboration/missing-documents.ts';
import type { CellRuns } from './collaboration/cell-runs.ts';
import type { Rooms } from './collaboration/rooms.ts';
import { sessionRoutes } from './collaboration/session-routes.ts';
import { roomUpgradeRoutes } from './collaboration/upgrade-routes.ts';
import type { JupyterEvents } from './events/jupyter-events.ts';
import type { Logger } from './logger.ts';
import type { RequestRuns } from './runs/request-runs.ts';
import type { RunBatches } from './runs/run-batches.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { SharedDocument, SharedDocuments } from './shared-document.ts';
import type { UpgradeRoute } from './upgrade-route.ts';

/** jupyter-collaboration's contract for the rest of the server. */
export interface ComposedCollaboration {
  readonly routes: readonly Router[];
  readonly upgradeRoutes: readonly UpgradeRoute[];
  /** Idempotent. */
  close(): void;
}

/** Rooms, and Yjs with them, are loaded when somebody asks for one. */
export function composeCollaboration(deps: {
  readonly documents: SharedDocuments;
  readonly events: JupyterEvents;
  readonly authorize: Authorize;
  readonly logger: Logger;
  readonly save: (document: SharedDocument) => Promise<void>;
  readonly runs: CellRuns;
}): ComposedCollaboration {
  const { documents, events, authorize, logger, save, runs } = deps;
  const missing = new MissingDocuments();
  for (const schema of collaborationSchemas) events.register(schema);
  let loading: Promise<Rooms> | null = null;
  const rooms = (): Promise<Rooms> => (loading ??= load());
  async function load(): Promise<Rooms> {
    const { Rooms } = await import('./collaboration/rooms.ts');
    const emit = (schemaId: string, data: Readonly<Record<string, unknown>>): void =>
      events.emit(schemaId, data);
    return new Rooms({ documents, missing, authorize, emit, logger, save });
  }
  const sockets = roomUpgradeRoutes({ rooms, authorize, logger });
  return {
    routes: [
      sessionRoutes({ documents, missing, authorize }),
      executeRoutes({ documents, rooms, runs, authorize }),
    ],
    upgradeRoutes: sockets.routes,
    close() {
      sockets.close();
      void loading?.then((loaded) => loaded.close());
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
