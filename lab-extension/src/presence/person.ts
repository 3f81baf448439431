import { personColor } from './person-color.ts';

/** Somebody as others see them. */
export interface Person {
  /** The same for all tabs and browsers that one is signed in with. */
  readonly username: string;
  readonly name: string;
  /** One or two letters. */
  readonly initials: string;
  readonly color: string;
}

const LONGEST_NAME = 60;

/** Reads the `user` field of an awareness state, which any client may have written. @returns null for nobody */
export function personOf(user: unknown): Person | null {
  if (typeof user !== 'object' || user === null) return null;
  const { username, name, display_name, initials, color } = user as Record<string, unknown>;
  if (typeof username !== 'string' || username === '') return null;
  const shown = firstText(display_name, name, username).slice(0, LONGEST_NAME);
  const letters =
    typeof initials === 'string' && initials.trim() !== '' ? initials.trim() : initialsOf(shown);
  return { username, name: shown, initials: firstLetters(letters, 2), color: personColor(username, color) };
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
    firstLetters(word ?? '', 1),
  );
  return letters.join('').toLocaleUpperCase() || '?';
}

function firstText(...texts: unknown[]): string {
  return texts.find((text): text is string => typeof text === 'string' && text.trim() !== '')?.trim() ?? '';
}

/** By what a reader takes for one letter: an emoji or a letter with its accents is not cut in two. */
function firstLetters(text: string, count: number): string {
  const letters = Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text));
  return letters
    .slice(0, count)
    .map(({ segment }) => segment)
    .join('');
}
