import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { PlaceCheckLine } from '../wire/place.ts';
import { PlacesError } from './places-error.ts';

/** What a check that failed says last. @param id of the place, which a person may have to name when accepting its host key */
export function failedLine(error: unknown, id: string): PlaceCheckLine {
  if (error instanceof PlaceError) {
    const { code, message, remedy, details } = error;
    return { type: 'failed', code, message, remedy, details: { ...details, id } };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof PlacesError) {
    const { remedy = 'Correct it, and try again.', field } = error.more;
    return { type: 'failed', code: 'SETTINGS', message, remedy, details: { id, ...(field && { field }) } };
  }
  return {
    type: 'failed',
    code: 'UNKNOWN',
    message,
    remedy: "The server's log may say more.",
    details: { id },
  };
}
