import { join } from 'node:path';
import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import type { Authorize } from './auth/authorize.ts';
import type { ContentChange } from './contents/content-store.ts';
import type { CommittedEvents } from './kernels/committed-events.ts';
import type { Logger } from './logger.ts';
import { RunLedger } from './runs/run-ledger.ts';
import { runTextOf } from './runs/run-text-of.ts';
import { runTextRoutes } from './runs/run-text-routes.ts';

export interface Runs {
  readonly ledger: RunLedger;
  readonly routes: readonly Router[];
  /** What kernels' streams hold now. */
  onCommitted(committed: CommittedEvents): void;
  /** Runs follow their notebooks. */
  onContentChange(change: ContentChange): Promise<void>;
  /** Idempotent. The log is the caller's to close. */
  close(): Promise<void>;
}

/** What is run, and the API that tells of it. */
export async function composeRuns(deps: {
  readonly stateDirectory: string;
  readonly baseUrl: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly authorize: Authorize;
}): Promise<Runs> {
  const { log, logger, baseUrl, authorize } = deps;
  const ledger = await RunLedger.open({ log, logger, baseUrl, directory: join(deps.stateDirectory, 'runs') });
  return {
    ledger,
    routes: [
      runTextRoutes({ authorize, findText: (runId, name) => runTextOf({ ledger, log }, runId, name) }),
    ],
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
    close: () => ledger.close(),
  };
}
