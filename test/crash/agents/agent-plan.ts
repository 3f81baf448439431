import { seededRandom } from '../matrix/seeded-random.ts';

export const AGENT_MOMENTS = [
  'while the model answers',
  'at an approval',
  'during an edit',
  'during a run',
  'at any time',
] as const;
export type AgentMoment = (typeof AGENT_MOMENTS)[number];

/** What the model has done in each turn, in its order: two answers with two calls each. */
export const ASKED = ['edit', 'create', 'run', 'edit again'] as const;
export type AskedCall = (typeof ASKED)[number];

/** All that is drawn for one round: it follows from the round's number alone. */
export interface AgentPlan {
  readonly number: number;
  readonly moment: AgentMoment;
  /** Where in the moment's window the server is killed, in [0, 1). */
  readonly at: number;
  /** How long it stays away, in ms. */
  readonly absence: number;
  /** What the person says no to. */
  readonly rejected: ReadonlySet<AskedCall>;
  /** Edits need no approval. */
  readonly allowsEdits: boolean;
  /** How long the person thinks about an approval, in ms. */
  readonly thinks: number;
  /** It is killed a second time, a while after it was started again; in ms. */
  readonly again: number | null;
}

export function planAgentRound(number: number): AgentPlan {
  const random = seededRandom(number);
  random();
  const moment = AGENT_MOMENTS[number % AGENT_MOMENTS.length] as AgentMoment;
  const at = random();
  const absence = random() * 300;
  // A moment of a call needs one that is made.
  const kept: readonly AskedCall[] =
    moment === 'during a run' ? ['run'] : moment === 'during an edit' ? ['edit'] : [];
  const rejected = ASKED.filter((call) => random() < 0.2 && !kept.includes(call));
  return {
    ...{ number, moment, at, absence },
    rejected: new Set(rejected),
    allowsEdits: random() < 0.3,
    thinks: random() * 60,
    again: random() < 0.25 ? random() * 800 : null,
  };
}

/** As people read it, and as the failure of a round is told. */
export const nameOfAgentRound = ({ number, moment }: AgentPlan): string => `round ${number}: ${moment}`;
