import { CrashSite } from './crash-site.ts';
import { TabBrowser } from './lab-client.ts';
import { NotebookValidator } from './notebook-validator.ts';
import { playRound } from './play-round.ts';
import type { RoundPlan } from './round-plan.ts';
import type { RoundResult } from './round-result.ts';

/** A site is left for a new one after so many rounds: its disk is not meant to grow for ever. */
const ROUNDS_PER_SITE = 60;

/**
 * Plays rounds, several sites at a time.
 * @param options.ended is told of each round as it ends
 * @param options.keepFolders of a site on which a round failed, to look at
 */
export async function playRounds(
  plans: readonly RoundPlan[],
  options: {
    readonly sites: number;
    readonly keepFolders: boolean;
    ended(result: RoundResult, folder: string): void;
  },
): Promise<RoundResult[]> {
  const waiting = [...plans];
  const results: RoundResult[] = [];
  const validator = new NotebookValidator();
  try {
    await Promise.all(Array.from({ length: options.sites }, () => playInTurn()));
  } finally {
    await validator.close();
  }
  return results;

  async function playInTurn(): Promise<void> {
    const browser = new TabBrowser();
    try {
      while (waiting.length > 0) await playOnOneSite(browser);
    } finally {
      await browser.close();
    }
  }

  async function playOnOneSite(browser: TabBrowser): Promise<void> {
    const site = await CrashSite.open();
    let isSound = true;
    try {
      for (let played = 0; played < ROUNDS_PER_SITE && isSound; played++) {
        const plan = waiting.shift();
        if (plan === undefined) return;
        const result = await playRound(plan, { site, browser, validator }).catch((error: unknown) =>
          notPlayed(plan, error),
        );
        isSound = result.faults.length === 0;
        results.push(result);
        options.ended(result, site.folders.own);
      }
    } finally {
      await site.close({ keepFolders: options.keepFolders && !isSound });
    }
  }
}

/** A round that broke off is a fault, whatever broke it. */
function notPlayed(plan: RoundPlan, error: unknown): RoundResult {
  return {
    plan,
    wasInFlight: true,
    wasReached: false,
    faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    lines: 0,
    linesLost: 0,
    bytesLost: 0,
    isRequestLost: false,
    cellsMissing: 0,
    cellsDoubled: 0,
  };
}
