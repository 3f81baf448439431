import type { EventLog } from '../event-log/event-log.ts';
import type { CellRun, RunResults } from './documents/run-results.ts';
import type { OutputJson } from './documents/shared-output.ts';
import type { WidgetSource } from './documents/widget-keeper.ts';
import { KernelWidgets } from './runs/kernel-widgets.ts';
import type { NotebookRun } from './runs/notebook-run.ts';
import type { RunBatches } from './runs/run-batches.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { ServerSettings } from './settings.ts';
import type { CellRunState } from './wire/cell-run-state.ts';

/**
 * What shared documents are told of runs.
 * @param batches asked once a document is open
 * @param noteOf what a cell shows while its run waits for an answer; null where clients ask by themselves
 */
export function runResults(
  ledger: RunLedger,
  batches: () => RunBatches,
  noteOf: ((runId: string) => OutputJson) | null = null,
): RunResults {
  return {
    of: async (path, isWanted) => (await ledger.runsOf(path, isWanted)).map((run) => cellRun(run, noteOf)),
    waiting(path) {
      const waiting = new Map<string, CellRunState>();
      for (const run of batches().unsent())
        if (run.path === path && run.status === 'queued')
          waiting.set(run.cellId, {
            run_id: run.runId,
            status: 'queued',
            who: run.actor,
            started: null,
            prompt: null,
          });
      return waiting;
    },
    onChanged(listener) {
      const stops = [ledger.onChanged(listener), batches().onChanged(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    emptied: (runs) => ledger.released(runs.map((run) => ({ ...run, outputs: 'emptied' }))),
    async saved(runs) {
      const goesOn = runs.filter(({ isOver }) => !isOver);
      const isOver = runs.filter((run) => run.isOver);
      if (goesOn.length > 0) await ledger.folded(goesOn);
      if (isOver.length > 0)
        await ledger.released(isOver.map((run) => ({ ...run, outputs: run.hasCell ? 'kept' : 'gone' })));
    },
  };
}

/** Where shared documents find the last states of widgets. @param kernelsOf those that a notebook's sessions run on */
export function widgetSource(
  log: EventLog,
  ledger: RunLedger,
  kernelsOf: (path: string) => readonly string[],
): WidgetSource {
  const widgets = new KernelWidgets(log);
  return {
    async stored(path, ids) {
      const stored: Record<string, unknown> = {};
      for (const kernelId of kernelsOf(path)) Object.assign(stored, await widgets.stored(kernelId, ids));
      return stored;
    },
    onChanged: (listener) => ledger.onChanged(listener),
  };
}

function cellRun(run: NotebookRun, noteOf: ((runId: string) => OutputJson) | null): CellRun {
  const { kernelId, id, revision, cellId, isOver, outputs, executionCount, timing, ranOn } = run;
  const said = outputs as unknown as CellRun['result']['outputs'];
  const isAsking = !isOver && run.prompt !== null && noteOf !== null;
  const result = { outputs: isAsking ? [...said, noteOf(id)] : said, executionCount, timing, ranOn };
  return {
    kernelId,
    id,
    revision,
    cellId,
    isOver,
    result: { ...result, run: isOver ? null : runState(run) },
  };
}

function runState({ id, status, actor, startedAt, prompt }: NotebookRun): CellRunState {
  return {
    run_id: id,
    status: status === 'queued' ? 'queued' : 'running',
    who: actor,
    started: startedAt === null ? null : new Date(startedAt).toISOString(),
    prompt:
      prompt === null
        ? null
        : { message_id: prompt.messageId, prompt: prompt.prompt, is_password: prompt.isPassword },
  };
}

/** How shared documents refer to large outputs that are kept beside them; null where there are no documents. */
export function outputReferences({
  collaboration,
  baseUrl,
}: Pick<ServerSettings, 'collaboration' | 'baseUrl'>): {
  linkOf(sha256: string): string;
  readonly onlyIfNeeded: boolean;
} | null {
  if (collaboration === 'off') return null;
  return {
    linkOf: (sha256) => `${baseUrl}api/in-the-loop/v1/outputs/${sha256}`,
    onlyIfNeeded: collaboration === 'stock',
  };
}
