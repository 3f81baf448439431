import { sendOk } from '../../servers/http.ts';
import type { AgentPlan } from './agent-plan.ts';
import { AgentSite } from './agent-site.ts';
import { playAgentRound } from './play-agent-round.ts';
import type { AgentResult } from './play-agent-round.ts';

/**
 * Plays rounds of agents at work, several sites at a time.
 * @param options.ended is told of each round as it ends
 */
export async function playAgentRounds(
  plans: readonly AgentPlan[],
  options: {
    readonly sites: number;
    /** Of a site on which a round failed, to look at. */
    readonly keepFolders: boolean;
    ended(result: AgentResult, folder: string): void;
  },
): Promise<AgentResult[]> {
  const waiting = [...plans];
  const results: AgentResult[] = [];
  await Promise.all(
    Array.from({ length: options.sites }, async () => {
      while (waiting.length > 0) await playOnOneSite();
    }),
  );
  return results;

  async function playOnOneSite(): Promise<void> {
    const site = await AgentSite.open();
    let isSound = true;
    try {
      // The process that holds kernels is there once there is one.
      await sendOk(site.crash.server, { method: 'POST', path: '/api/kernels', body: { name: 'python3' } });
      for (let plan = waiting.shift(); plan !== undefined; plan = isSound ? waiting.shift() : undefined) {
        const result = await playAgentRound(plan, site).catch(notPlayed(plan));
        isSound = result.faults.length === 0;
        results.push(result);
        options.ended(result, site.crash.folders.own);
      }
    } finally {
      await site.close({ keepFolders: options.keepFolders && !isSound });
    }
  }
}

/** A round that broke off is a fault, whatever broke it. */
const notPlayed =
  (plan: AgentPlan) =>
  (error: unknown): AgentResult => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { plan, wasInFlight: true, faults: [{ kind: 'other', text }], kills: 1 };
  };
