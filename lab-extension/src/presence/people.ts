import { personOf, type Person } from './person.ts';

/** The cell that somebody is at. */
export interface CellPlace {
  readonly id: string;
  /** Counted from 1, as of when they went there. */
  readonly number: number;
}

/** Somebody who has a page of this server open, in however many tabs. */
export interface PersonHere extends Person {
  readonly isSelf: boolean;
  /** What they look at; null for the launcher, a terminal and the like. */
  readonly current: string | null;
  /** The cell of it, in a notebook. */
  readonly cell: CellPlace | null;
  /** The paths of all that they have open, sorted; `current` among them. */
  readonly documents: readonly string[];
}

/**
 * Who is here, by the states of the page's global awareness, in the words of jupyter-collaboration 5 (`user`, `current`,
 * `documents`; contract §6.1) and our `cell`. A person counts once: of several tabs the one with the highest `seen`
 * (when its person last did something there) says where they are.
 */
export function peopleOf(states: ReadonlyMap<number, unknown>, self: string | null): PersonHere[] {
  const people = new Map<string, { here: PersonHere; seen: number }>();
  for (const state of states.values()) {
    const found = hereOf(state, self);
    if (found === null) continue;
    const other = people.get(found.here.username);
    people.set(found.here.username, other === undefined ? found : joined(other, found));
  }
  return [...people.values()].map(({ here }) => here).sort(bySelfThenName);
}

/** Those who have the file open. */
export function peopleAt(people: readonly PersonHere[], path: string): PersonHere[] {
  return people.filter(({ documents }) => documents.includes(path));
}

/** `notebook:dir/a.ipynb` as in JupyterLab's layout, with or without the name of jupyter-collaboration's drive. */
export function pathOfCurrent(current: unknown): string | null {
  if (typeof current !== 'string') return null;
  return /^[\w-]+:(?:RTC:)?(.+)$/su.exec(current)?.[1] ?? null;
}

function hereOf(state: unknown, self: string | null): { here: PersonHere; seen: number } | null {
  if (typeof state !== 'object' || state === null) return null;
  const { user, current, documents, cell, seen } = state as Record<string, unknown>;
  const person = personOf(user);
  if (person === null) return null;
  const path = pathOfCurrent(current);
  const open = Array.isArray(documents) ? documents.filter((item) => typeof item === 'string') : [];
  const here: PersonHere = {
    ...person,
    isSelf: person.username === self,
    current: path,
    cell: path === null ? null : cellPlaceOf(cell),
    documents: sortedOnce(path === null ? open : [...open, path]),
  };
  return { here, seen: typeof seen === 'number' ? seen : 0 };
}

function cellPlaceOf(cell: unknown): CellPlace | null {
  if (typeof cell !== 'object' || cell === null) return null;
  const { id, number } = cell as Record<string, unknown>;
  return typeof id === 'string' && typeof number === 'number' ? { id, number } : null;
}

function joined<T extends { here: PersonHere; seen: number }>(one: T, other: T): T {
  const latest = other.seen > one.seen ? other : one;
  const documents = sortedOnce([...one.here.documents, ...other.here.documents]);
  return { ...latest, here: { ...latest.here, documents } };
}

function sortedOnce(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}

function bySelfThenName(one: PersonHere, other: PersonHere): number {
  if (one.isSelf !== other.isSelf) return one.isSelf ? -1 : 1;
  return one.name.localeCompare(other.name) || (one.username < other.username ? -1 : 1);
}
