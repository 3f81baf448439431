import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentTurnEvent } from '../../../server/wire/agent-turn-event.ts';
import { AgentClient } from '../../doubles/agent-client.ts';
import type { Told } from '../../doubles/agent-client.ts';
import { sendOk } from '../../servers/http.ts';
import type { AgentPlan } from './agent-plan.ts';
import { ASKED } from './agent-plan.ts';
import type { AskedCall } from './agent-plan.ts';
import { LAST_WORDS, markOf, notebookFor, notesFor, RAN } from './agent-script.ts';
import type { AgentSite } from './agent-site.ts';

/** Until the file is what it must be. */
const PATIENCE = 30_000;

export interface AgentFault {
  readonly kind: 'twice' | 'lost' | 'unapproved' | 'other';
  readonly text: string;
}

interface Cell {
  readonly source: string | readonly string[];
  readonly outputs?: readonly { readonly text?: string | readonly string[] }[];
}

/** What must not be, in the conversation, the notebook, its file and what the kernel did. */
export async function judgeAgentRound(
  plan: AgentPlan,
  site: AgentSite,
  turnId: string,
  of: {
    readonly threadId: string;
    /** Decisions that the server took, by call. */
    readonly acknowledged: ReadonlyMap<string, boolean>;
    readonly heard: readonly Told[];
  },
): Promise<readonly AgentFault[]> {
  const { server } = site.crash;
  const client = await AgentClient.open(server, { threadId: of.threadId });
  await client.ended(turnId);
  const told = client.told();
  await client.close();
  const faults = [
    ...faultsOfTurn(
      plan,
      told.map(({ event }) => event),
      of.acknowledged,
    ),
  ];
  const other = (text: string): void => void faults.push({ kind: 'other', text });
  const heard = of.heard.map(({ sequence }) => sequence);
  if (JSON.stringify(heard) !== JSON.stringify(told.map(({ sequence }) => sequence)))
    other(`the page heard ${heard.join()}`);
  const asked = site.provider.asked.findLast(({ path }) => path.endsWith('/completions'))?.body?.[
    'messages'
  ] as readonly { readonly role: string }[];
  const results = asked.filter(({ role }) => role === 'tool').length;
  if (results !== ASKED.length) other(`the model was told of ${results} results`);
  return [...faults, ...(await faultsOfEffects(plan, site))];
}

/** By the rules of a turn: each call ends once, nothing is begun without its approval, and the end is there. */
function faultsOfTurn(
  { rejected, allowsEdits }: AgentPlan,
  events: readonly AgentTurnEvent[],
  acknowledged: ReadonlyMap<string, boolean>,
): readonly AgentFault[] {
  const faults: AgentFault[] = [];
  const fault = (kind: AgentFault['kind'], text: string): void => void faults.push({ kind, text });
  const answers = events.filter((event) => event.type === 'model-answered');
  const calls = answers.flatMap((answer) => answer.calls);
  if (calls.length !== ASKED.length) fault('other', `${calls.length} calls were asked for`);
  const ends = events.filter((event) => event.type === 'turn-ended');
  if (ends.length !== 1 || ends[0]?.outcome.type !== 'done')
    fault('other', `it ended as ${JSON.stringify(ends)}`);
  if (answers.at(-1)?.text !== LAST_WORDS.join(''))
    fault('other', `the last words are ${JSON.stringify(answers.at(-1)?.text)}`);
  calls.forEach(({ callId }, index) => {
    const call = ASKED[index] as AskedCall;
    const mine = events.filter((event) => 'callId' in event && event.callId === callId);
    const of = <Type extends AgentTurnEvent['type']>(type: Type) =>
      mine.filter((event): event is AgentTurnEvent & { type: Type } => event.type === type);
    const [given, started, ended] = [of('approval-given'), of('tool-started'), of('tool-ended')];
    if (ended.length !== 1) fault(ended.length > 1 ? 'twice' : 'lost', `${call} ended ${ended.length} times`);
    if (started.length > 1) fault('twice', `${call} was begun ${started.length} times`);
    if (given.length > 1) fault('twice', `${call} was decided ${given.length} times`);
    const needs = !(allowsEdits && call !== 'run');
    const isGiven = given.some(({ isApproved }) => isApproved);
    if (
      started.length > 0 &&
      needs &&
      !(isGiven && mine.indexOf(given[0] as never) < mine.indexOf(started[0] as never))
    )
      fault('unapproved', `${call} was begun without approval`);
    const isWanted = !needs || !rejected.has(call);
    if (isWanted !== started.length > 0)
      fault(isWanted ? 'lost' : 'unapproved', `${call}: begun ${started.length} times`);
    if (ended.some(({ isError }) => isError) === isWanted)
      fault('other', `${call} ended as ${JSON.stringify(ended[0]?.content)}`);
    const said = acknowledged.get(callId);
    if (said !== undefined && given[0]?.isApproved !== said)
      fault('lost', `what was said to ${call} is gone`);
  });
  return faults;
}

async function faultsOfEffects(plan: AgentPlan, site: AgentSite): Promise<readonly AgentFault[]> {
  const { number, rejected, allowsEdits } = plan;
  const wanted = (call: AskedCall): number =>
    rejected.has(call) && !(allowsEdits && call !== 'run') ? 0 : 1;
  const path = notebookFor(number);
  const look = async (): Promise<readonly AgentFault[]> => {
    const answer = await sendOk(site.crash.server, { path: `/api/contents/${path}?content=1` });
    const { content } = answer.json<{ content: { cells: Cell[] } }>();
    const onDisk = JSON.parse(readFileSync(site.crash.inRoot(path), 'utf8')) as { cells: Cell[] };
    const places = [
      ['GET', content.cells],
      ['the file', onDisk.cells],
    ] as const;
    const counted = places.flatMap(([where, cells]) => [
      ...(['edit', 'create', 'edit again'] as const).map((call) => {
        const mark = markOf(number, call);
        return { what: `${call} in ${where}`, wanted: wanted(call), found: countOf(mark, sourcesOf(cells)) };
      }),
      { what: `output in ${where}`, wanted: wanted('run'), found: countOf(RAN, outputsOf(cells)) },
    ]);
    const ran = { what: 'run', wanted: wanted('run'), found: site.crash.noted(notesFor(number)).length };
    return [...counted, ran].flatMap((each) =>
      each.found === each.wanted
        ? []
        : [
            {
              kind: each.found < each.wanted ? 'lost' : each.wanted === 0 ? 'unapproved' : 'twice',
              text: `${each.what}: ${each.found} times, and not ${each.wanted}`,
            } as const,
          ],
    );
  };
  let faults = await look();
  for (const until = Date.now() + PATIENCE; faults.length > 0 && Date.now() < until; await sleep(100))
    faults = await look();
  return faults;
}

const joined = (text: string | readonly string[]): string =>
  typeof text === 'string' ? text : text.join('');
const sourcesOf = (cells: readonly Cell[]): string => cells.map(({ source }) => joined(source)).join('\n');
const outputsOf = (cells: readonly Cell[]): string =>
  cells.flatMap(({ outputs = [] }) => outputs.map(({ text = '' }) => joined(text))).join('\n');
const countOf = (sought: string, text: string): number => text.split(sought).length - 1;
