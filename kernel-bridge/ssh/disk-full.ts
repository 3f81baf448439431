import { PlaceError } from '../places/place-error.ts';

/** Null where something else is wrong. */
export function diskFull(machine: string, said: string): PlaceError | null {
  if (!/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/.test(said)) return null;
  return new PlaceError(
    'PLACE_REFUSED',
    `The disk on ${machine} is full: ${said.trim().split('\n').at(-1)}`,
    'Make room in the home folder there, or have its quota raised.',
  );
}
