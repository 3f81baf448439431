import type { EventLog } from '../event-log/event-log.ts';
import type { CellRun, RunResults } from './documents/run-results.ts';
import type { WidgetSource } from './documents/widget-keeper.ts';
import { KernelWidgets } from './runs/kernel-widgets.ts';
import type { StreamOutput } from './runs/nbformat-output.ts';
import type { NotebookRun } from './runs/notebook-run.ts';
import type { RunBatches } from './runs/run-batches.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { CellRunState } from './wire/cell-run-state.ts';

/**
 * What shared documents are told of runs.
 * @param batches asked once a document is open
 * @param promptsAt where prompts are answered, for pages that cannot ask for the answer in the cell; null where all can
 */
export function runResults(
  ledger: RunLedger,
  batches: () => RunBatches,
  promptsAt: string | null,
): RunResults {
  return {
    of: async (path, isWanted) => (await ledger.runsOf(path, isWanted)).map((run) => cellRun(run, promptsAt)),
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

function cellRun(run: NotebookRun, promptsAt: string | null): CellRun {
  const { kernelId, id, revision, cellId, isOver, outputs, executionCount, timing } = run;
  const shown = [...outputs, ...(promptsAt === null ? [] : promptNote(run, promptsAt))];
  const result = { outputs: shown as unknown as CellRun['result']['outputs'], executionCount, timing };
  return {
    kernelId,
    id,
    revision,
    cellId,
    isOver,
    result: { ...result, run: isOver ? null : runState(run) },
  };
}

/** The last output of a cell that waits for an answer, as long as it does. */
function promptNote({ id, prompt }: NotebookRun, promptsAt: string): StreamOutput[] {
  if (prompt === null) return [];
  const text = [
    prompt.prompt,
    'This cell waits for an answer, which this page cannot ask for. Interrupt the kernel, or answer with',
    `POST ${promptsAt}/${id}/input {"value": "…"}`,
    '',
  ].join('\n');
  return [{ output_type: 'stream', name: 'stdin', text }];
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
