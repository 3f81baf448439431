import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setPolicy } from '../../doubles/agent-client.ts';
import type { Told, AgentClient } from '../../doubles/agent-client.ts';
import { notebookOf } from '../../agent-tasks/notebook-at-work.ts';
import { sendOk } from '../../servers/http.ts';
import type { AgentPlan } from './agent-plan.ts';
import { AgentPerson } from './agent-person.ts';
import { cellsFor, notebookFor, scriptFor } from './agent-script.ts';
import type { AgentSite } from './agent-site.ts';
import { judgeAgentRound } from './judge-agent-round.ts';
import type { AgentFault } from './judge-agent-round.ts';

/** How long each moment lasts, in ms: the server is killed within it. */
const WINDOWS: Readonly<Record<AgentPlan['moment'], number>> = {
  'while the model answers': 150,
  'at an approval': 25,
  'during an edit': 25,
  'during a run': 800,
  'at any time': 1_100,
};
/** For one server, to bring a turn to its end. */
const TURN_LIMIT = 60_000;

export interface AgentResult {
  readonly plan: AgentPlan;
  /** The turn was not over when the server was killed. */
  readonly wasInFlight: boolean;
  readonly faults: readonly AgentFault[];
  /** How often the server was killed. */
  readonly kills: number;
}

/** One round on a site that others have played on before. @throws what kept it from being played at all */
export async function playAgentRound(plan: AgentPlan, site: AgentSite): Promise<AgentResult> {
  const { number, absence, allowsEdits, again } = plan;
  const { crash } = site;
  const [threadId, turnId, path] = [randomUUID(), randomUUID(), notebookFor(number)];
  writeFileSync(crash.inRoot(path), JSON.stringify(notebookOf(cellsFor(number))));
  site.script = scriptFor(number);
  await setPolicy(crash.server, { effects: { edits: allowsEdits ? 'allow' : 'ask' } });
  let kill: (() => void) | null = null;
  const person: AgentPerson = new AgentPerson({
    ...{ threadId, turnId, path, thinks: plan.thinks },
    decide: (call) => !plan.rejected.has(call),
    heardOf: (told) => {
      if (kill !== null && isMoment(plan, told, person.heard)) kill();
    },
  });
  const watch = async (): Promise<void> => {
    await person.watch(crash.server, async (client: AgentClient) => {
      // One that was begun already is not begun again.
      await client.ask({ model: 'openai:scripted', text: `Round ${number}.` }, turnId);
    });
  };
  const kills: (number | null)[] = [null, ...(again === null ? [] : [again])];
  let wasInFlight = false;
  for (const after of kills) {
    const { promise: isDead, resolve } = Promise.withResolvers<void>();
    const strike = async (delay: number): Promise<void> => {
      kill = null;
      await sleep(delay);
      wasInFlight ||= !person.hasEnd;
      crash.killServer();
      resolve();
    };
    const within = plan.at * WINDOWS[plan.moment];
    if (after !== null) void strike(after);
    else if (plan.moment === 'at any time') void strike(within);
    else kill = () => void strike(plan.moment === 'at an approval' ? plan.thinks + within : within);
    const watching = watch().catch(() => undefined);
    await isDead;
    await watching;
    await sleep(absence);
    await crash.startAgain();
  }
  const late = AbortSignal.timeout(TURN_LIMIT);
  await Promise.race([watch(), once(late, 'abort')]);
  const faults = await judgeAgentRound(plan, site, turnId, { threadId, ...person.kept() });
  await endSessions(site, path);
  return { plan, wasInFlight, faults, kills: kills.length };
}

function isMoment({ moment, at, allowsEdits }: AgentPlan, { event }: Told, heard: readonly Told[]): boolean {
  switch (moment) {
    case 'while the model answers': {
      const asked = heard.filter((told) => told.event.type === 'model-asked').length;
      return event.type === 'text-streamed' && asked > Math.floor(at * 30) % 3;
    }
    case 'at an approval':
      return event.type === 'approval-requested';
    case 'during an edit':
      return event.type === (allowsEdits ? 'model-answered' : 'approval-given');
    case 'during a run': {
      const calls = heard.flatMap((told) => (told.event.type === 'model-answered' ? told.event.calls : []));
      const run = calls.find(({ toolName }) => toolName === 'run_cells');
      return event.type === 'tool-started' && event.callId === run?.callId;
    }
    case 'at any time':
      return false;
  }
}

/** So that kernels do not pile up. */
async function endSessions({ crash }: AgentSite, path: string): Promise<void> {
  const answer = await sendOk(crash.server, { path: '/api/sessions' });
  for (const session of answer.json<{ id: string; path: string }[]>())
    if (session.path === path)
      await sendOk(crash.server, { method: 'DELETE', path: `/api/sessions/${session.id}` });
}
