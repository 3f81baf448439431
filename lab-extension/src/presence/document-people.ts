import { personOf, type Person } from './person.ts';

/** What one page says of where it is in a document: our field `place` beside jupyter-collaboration's own. */
export interface DocumentPlace {
  /** The active cell; null in a file. */
  readonly cell: string | null;
  readonly mode: 'command' | 'edit';
  /** Cells that are selected besides the active one. */
  readonly selected: readonly string[];
  /** What is at the top of the window: for those who follow. */
  readonly top: ScrollPlace | null;
  /** When its person last did something there (milliseconds since 1970). */
  readonly seen: number;
}

/** A place in a notebook that is the same on windows of all sizes. */
export interface ScrollPlace {
  readonly cell: string;
  /** How much of the cell has gone out at the top, from 0 to 1. */
  readonly part: number;
}

/** Somebody who has the document open, in however many tabs. */
export interface DocumentPerson extends Person {
  readonly isSelf: boolean;
  /** Where they were active last; null if their page does not tell. */
  readonly place: DocumentPlace | null;
}

type States = ReadonlyMap<number, Readonly<Record<string, unknown>>>;

/** Who has a document open, by the states of its awareness; oneself first, then by name. */
export function documentPeopleOf(states: States, self: string | null): DocumentPerson[] {
  const people = new Map<string, DocumentPerson>();
  for (const state of states.values()) {
    const person = personOf(state['user']);
    if (person === null) continue;
    const place = placeOf(state['place']);
    const other = people.get(person.username)?.place;
    if (people.has(person.username) && (place?.seen ?? 0) <= (other?.seen ?? 0)) continue;
    people.set(person.username, { ...person, isSelf: person.username === self, place });
  }
  return [...people.values()].sort(
    (one, other) => Number(other.isSelf) - Number(one.isSelf) || one.name.localeCompare(other.name),
  );
}

/** The others at one cell. */
export interface CellPeople {
  /** Whose active cell it is. */
  readonly active: readonly DocumentPerson[];
  /** Who has selected it besides their active one. */
  readonly selecting: readonly DocumentPerson[];
}

export function othersByCell(people: readonly DocumentPerson[]): Map<string, CellPeople> {
  const cells = new Map<string, { active: DocumentPerson[]; selecting: DocumentPerson[] }>();
  const at = (id: string) => {
    const those = cells.get(id) ?? { active: [], selecting: [] };
    cells.set(id, those);
    return those;
  };
  for (const person of people) {
    if (person.isSelf || person.place === null) continue;
    if (person.place.cell !== null) at(person.place.cell).active.push(person);
    for (const id of person.place.selected) at(id).selecting.push(person);
  }
  return cells;
}

function placeOf(place: unknown): DocumentPlace | null {
  if (typeof place !== 'object' || place === null) return null;
  const { cell, mode, selected, top, seen } = place as Record<string, unknown>;
  return {
    cell: typeof cell === 'string' ? cell : null,
    mode: mode === 'edit' ? 'edit' : 'command',
    selected: Array.isArray(selected) ? selected.filter((id) => typeof id === 'string') : [],
    top: scrollPlaceOf(top),
    seen: typeof seen === 'number' ? seen : 0,
  };
}

function scrollPlaceOf(top: unknown): ScrollPlace | null {
  if (typeof top !== 'object' || top === null) return null;
  const { cell, part } = top as Record<string, unknown>;
  return typeof cell === 'string' && typeof part === 'number' && part >= 0 && part <= 1
    ? { cell, part }
    : null;
}
