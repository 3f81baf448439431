import type { DialInDesk } from '../kernel-bridge/far/dial-in.ts';
import { PlaceError } from '../kernel-bridge/places/place-error.ts';

/** Nobody can dial in. */
export const closedDesk: DialInDesk = {
  expect() {
    throw new PlaceError('PLACE_UNFIT', 'Supervisors cannot dial in to this server.', 'Update the server.');
  },
};
