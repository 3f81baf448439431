import type { ClientBatch, ClientRun } from './runs-client.ts';

/** What is told of a batch while it runs. */
export interface Progress {
  /** @param tail the last line that the running cell printed */
  show(batch: ClientBatch, tail: string): void;
  /** Something that stays readable above what comes. */
  say(text: string): void;
  /** Ends the bar. */
  done(): void;
}

const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[K';
// eslint-disable-next-line no-control-regex -- these are what is taken out
const COLOURS = /\u001b\[[0-9;]*m/g;
// eslint-disable-next-line no-control-regex -- and these
const CONTROLS = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f]/g;

export const isOver = ({ status }: ClientRun): boolean => status !== 'queued' && status !== 'running';

/** A bar in one line of a terminal, written over again and again. */
export function terminalProgress(terminal: {
  readonly columns: number;
  write(text: string): unknown;
}): Progress {
  let last = '';
  return {
    show({ runs }, tail) {
      const line = barLine(runs, tail, terminal.columns);
      if (line !== last) terminal.write(`${CLEAR_LINE}${line}`);
      last = line;
    },
    say(text) {
      terminal.write(`${CLEAR_LINE}${text}\n`);
      last = '';
    },
    done: () => void terminal.write(CLEAR_LINE),
  };
}

/** A line for each cell that is over, for logs and files. */
export function plainProgress(write: (text: string) => unknown): Progress {
  let told = 0;
  return {
    show({ runs }) {
      for (const run of runs.slice(told)) {
        if (!isOver(run)) break;
        told += 1;
        write(`[${told}/${runs.length}] ${run.cell_id} ${run.status}${duration(run)}\n`);
      }
    },
    say: (text) => void write(`${text.replace(COLOURS, '')}\n`),
    done: () => undefined,
  };
}

/** `[#######-----------------] 3/10 cell-id  last line`, no longer than the terminal is wide. */
export function barLine(runs: readonly ClientRun[], tail: string, columns: number): string {
  const over = runs.filter(isOver).length;
  const filled = runs.length === 0 ? BAR_WIDTH : Math.round((over / runs.length) * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${over}/${runs.length}`;
  const current = runs.find((run) => !isOver(run))?.cell_id ?? '';
  const line = [bar, current, tail.replace(CONTROLS, '')].filter((part) => part !== '').join(' ');
  return [...line].slice(0, Math.max(0, columns - 1)).join('');
}

function duration({ started, ended }: ClientRun): string {
  if (started === null || ended === null) return '';
  return ` in ${((Date.parse(ended) - Date.parse(started)) / 1000).toFixed(1)} s`;
}

/** The last of them with anything in it. */
export function lastLine(text: string): string {
  return text.split(/[\r\n]+/).findLast((line) => line.trim() !== '') ?? '';
}
