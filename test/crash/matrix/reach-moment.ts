import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashClient } from './crash-client.ts';
import type { CrashSite } from './crash-site.ts';
import { waitUntil } from './crash-site.ts';
import { notesOf, QUIET } from './numbered-cell.ts';
import type { RoundPlan } from './round-plan.ts';

const PATIENCE = 60_000;
/** A merge of tables takes about so long. */
const COMPACTION_WINDOW = 50;
/** From the reply until the outputs are in the file. */
const FOLDING_WINDOW = 400;

/**
 * Runs the numbered cell up to the beginning of the moment.
 * @returns the length of the moment's window in ms, and whether it was seen to begin
 */
export async function reachMoment(
  plan: RoundPlan,
  site: CrashSite,
  client: CrashClient,
): Promise<{ window: number; reached: boolean }> {
  const { said } = notesOf(plan.number);
  const saidLines = (count: number): Promise<void> =>
    waitUntil(() => site.noted(said).length >= count, PATIENCE, `line ${count}`);
  if (plan.moment === 'during log compaction') await site.noise.prepare();
  await client.run();
  switch (plan.moment) {
    case 'before output':
      return { window: QUIET * 1_000, reached: true };
    case 'during output':
      await saidLines(1);
      return { window: plan.lines * plan.pace * 1_000, reached: true };
    case 'after output':
      await saidLines(plan.lines);
      return { window: QUIET * 1_000 + FOLDING_WINDOW, reached: true };
    case 'during a save':
      await saidLines(Math.ceil(plan.lines / 2));
      await client.save();
      return { window: client.saveWindow, reached: true };
    case 'during log compaction': {
      await saidLines(1);
      const began = await site.noise.make();
      const reached = await waitUntil(began, 5_000, 'compaction').then(
        () => true,
        () => false,
      );
      return { window: COMPACTION_WINDOW, reached };
    }
    case 'while reconnecting':
      await saidLines(Math.ceil(plan.lines / 4));
      client.breakConnection();
      await sleep(plan.absence / 10);
      client.reconnect();
      return { window: client.reconnectWindow, reached: true };
  }
}
