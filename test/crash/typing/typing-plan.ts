import { seededRandom } from '../matrix/seeded-random.ts';

/** Those that take no browser come first: they are quick. */
export const TYPING_VICTIMS = ['server', 'supervisor', 'server + supervisor', 'tab', 'browser'] as const;
export type TypingVictim = (typeof TYPING_VICTIMS)[number];

export const TYPING_MOMENTS = ['while typing', 'during a save', 'while reconnecting'] as const;
export type TypingMoment = (typeof TYPING_MOMENTS)[number];

/** All that is drawn for one round: it follows from the round's number alone. */
export interface TypingPlan {
  readonly number: number;
  readonly victim: TypingVictim;
  readonly moment: TypingMoment;
  /** Where in the moment's window the victim is killed, in [0, 1). */
  readonly at: number;
  /** How long a server stays away, in ms. */
  readonly absence: number;
  /** Both type into one cell, a line each. */
  readonly isOneCell: boolean;
  /** Between two letters of a person, in ms. */
  readonly pace: number;
}

export const endsServer = (victim: TypingVictim): boolean => victim.startsWith('server');

/** @param victims those that take part; their moments take turns, so that consecutive numbers meet all pairs */
export function planTyping(number: number, victims: readonly TypingVictim[] = TYPING_VICTIMS): TypingPlan {
  const random = seededRandom(number);
  random();
  return {
    number,
    victim: victims[number % victims.length] as TypingVictim,
    moment: TYPING_MOMENTS[Math.floor(number / victims.length) % TYPING_MOMENTS.length] as TypingMoment,
    at: random(),
    absence: random() * 500,
    isOneCell: random() < 0.6,
    pace: 3 + random() * 15,
  };
}

/** As people read it, and as the failure of a round is told. */
export const nameOfTyping = ({ number, victim, moment }: TypingPlan): string =>
  `round ${number}: ${victim}, ${moment}`;
