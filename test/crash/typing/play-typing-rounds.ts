import { sendOk } from '../../servers/http.ts';
import { CrashSite } from '../matrix/crash-site.ts';
import { playTypingRound } from './play-typing-round.ts';
import type { TypingResult } from './play-typing-round.ts';
import type { TypingPlan } from './typing-plan.ts';

/**
 * Plays rounds of typing people, several sites at a time.
 * @param options.ended is told of each round as it ends
 */
export async function playTypingRounds(
  plans: readonly TypingPlan[],
  options: {
    readonly sites: number;
    /** Of a site on which a round failed, to look at. */
    readonly keepFolders: boolean;
    ended(result: TypingResult, folder: string): void;
  },
): Promise<TypingResult[]> {
  const waiting = [...plans];
  const results: TypingResult[] = [];
  await Promise.all(
    Array.from({ length: options.sites }, async () => {
      while (waiting.length > 0) await playOnOneSite();
    }),
  );
  return results;

  async function playOnOneSite(): Promise<void> {
    const site = await CrashSite.openShared();
    let isSound = true;
    try {
      // The process that holds kernels is there once there is one.
      await sendOk(site.server, { method: 'POST', path: '/api/kernels', body: { name: 'python3' } });
      for (let plan = waiting.shift(); plan !== undefined; plan = isSound ? waiting.shift() : undefined) {
        const result = await playTypingRound(plan, site).catch(notPlayed(plan));
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
const notPlayed =
  (plan: TypingPlan) =>
  (error: unknown): TypingResult => {
    const faults = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    return { plan, wasInFlight: true, faults, typed: 0, lostWithVictim: 0 };
  };
