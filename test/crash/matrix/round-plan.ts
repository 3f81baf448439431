import { seededRandom } from './seeded-random.ts';

/** Those that take no browser come first: they are quick. */
export const VICTIMS = ['server', 'supervisor', 'kernel', 'server + supervisor', 'tab', 'browser'] as const;
export type Victim = (typeof VICTIMS)[number];

export const MOMENTS = [
  'before output',
  'during output',
  'after output',
  'during a save',
  'during log compaction',
  'while reconnecting',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** All that is drawn for one round: it follows from the round's number alone. */
export interface RoundPlan {
  readonly number: number;
  readonly victim: Victim;
  readonly moment: Moment;
  /** Where in the moment's window the victim is killed, in [0, 1). */
  readonly at: number;
  /** How long a server stays away, in ms. */
  readonly absence: number;
  readonly lines: number;
  /** Between two lines, in seconds. */
  readonly pace: number;
  /** Each line after a progress text that a carriage return takes back. */
  readonly showsProgress: boolean;
  /** Every so many lines one is a display instead of a print; 0 for none. */
  readonly displayEvery: number;
  /** The cell ends with an error. */
  readonly fails: boolean;
  /** Who saves asks for the file's hash before, as JupyterLab does; other programs do not. */
  readonly asksBeforeSave: boolean;
}

export const needsBrowser = (victim: Victim): boolean => victim === 'tab' || victim === 'browser';

/** @param victims those that take part; their moments take turns, so that consecutive numbers meet all pairs */
export function planRound(number: number, victims: readonly Victim[] = VICTIMS): RoundPlan {
  const random = seededRandom(number);
  random();
  const victim = victims[number % victims.length] as Victim;
  const moment = MOMENTS[Math.floor(number / victims.length) % MOMENTS.length] as Moment;
  const isSlow = needsBrowser(victim) || moment === 'during log compaction';
  return {
    number,
    victim,
    moment,
    at: random(),
    absence: random() * 500,
    lines: isSlow ? 30 + Math.floor(random() * 20) : 40 + Math.floor(random() * 80),
    pace: isSlow ? 0.03 + random() * 0.03 : 0.001 + random() * 0.009,
    showsProgress: random() < 0.3,
    displayEvery: random() < 0.5 ? 3 + Math.floor(random() * 10) : 0,
    fails: random() < 0.25,
    asksBeforeSave: random() < 0.5,
  };
}

/** As people read it, and as the failure of a round is told. */
export const nameOf = ({ number, victim, moment }: RoundPlan): string =>
  `round ${number}: ${victim}, ${moment}`;
