import type { KernelRuns } from './kernel-runs.ts';
import { longTexts } from './long-text.ts';
import { sizeOfOutputs } from './output-area.ts';
import { evolve } from './output-folder.ts';
import type { RunRecord } from './run-record.ts';
import { isOver } from './run-record.ts';

/** Runs of one kernel that are over and no longer their cells' latest: known without code and outputs. */
const PAST = 500;
/** Released runs whose outputs a late message may still change. */
const RELEASED = 200;
/** What those may hold together, in code units. */
const RELEASED_SIZE = 16 * 1024 * 1024;
/** Those of them whose text a notebook may link to. */
const LINKED = 2000;
/** More cells than anybody has: of clients that make them up. */
const CURRENT = 20_000;

/** Keeps what is known of a kernel's runs within bounds: the oldest go first, and what is not over stays. */
export function pruneRecords(runs: KernelRuns): void {
  const over = [...runs.records.values()].filter(isOver);
  const isCurrent = ({ id }: RunRecord): boolean => runs.folder.runs.has(id);
  const current = over.filter(isCurrent);
  const released = current.filter(({ revision, releasedRevision }) => revision <= releasedRevision);
  for (const record of [
    ...oldest(released, RELEASED),
    ...tooLarge(runs, released.slice(-RELEASED)),
    ...oldest(current, CURRENT),
  ])
    forget(runs, record);
  const past = over.filter((record) => !isCurrent(record));
  const [linked, others] = [past.filter(isLinked), past.filter((record) => !isLinked(record))];
  for (const { id } of [...oldest(linked, LINKED), ...oldest(others, PAST)]) runs.records.delete(id);
}

const isLinked = (record: RunRecord): boolean => longTexts(record).length > 0;

function forget({ folder }: KernelRuns, record: RunRecord): void {
  record.code = null;
  evolve(folder, { type: 'cells-released', notebook: record.notebook, cellIds: [record.cellId] });
}

/** The oldest of what holds too much together. */
function tooLarge({ folder }: KernelRuns, records: readonly RunRecord[]): RunRecord[] {
  let size = 0;
  return records.toReversed().filter(({ id }) => {
    const run = folder.runs.get(id);
    if (run !== undefined) size += sizeOfOutputs(run.area);
    return size > RELEASED_SIZE;
  });
}

function oldest(records: readonly RunRecord[], kept: number): readonly RunRecord[] {
  return records.slice(0, Math.max(0, records.length - kept));
}
