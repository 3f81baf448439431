export type PlaceErrorCode =
  | 'PLACE_UNREACHABLE' // nobody answers there
  | 'PLACE_DENIED' // it knows us not, or no more: a key, token or password is wrong
  | 'PLACE_HOST_KEY_UNKNOWN' // never seen before; a person may accept it
  | 'PLACE_HOST_KEY_CHANGED' // another machine answers than before
  | 'PLACE_UNFIT' // it answers, and lacks what kernels need
  | 'PLACE_REFUSED' // it takes no more, or not what was asked for: a full queue, a quota, a wrong resource
  | 'PLACE_AWAY'; // it dials in by itself, and has not

/** Why no kernel can be started at a place. */
export class PlaceError extends Error {
  /**
   * @param message one or two sentences for people: what is wrong, in the place's own words where it has some
   * @param remedy what to do about it
   * @param details for the program that asks on: a fingerprint to accept, for one
   */
  constructor(
    readonly code: PlaceErrorCode,
    message: string,
    readonly remedy: string,
    readonly details: Readonly<Record<string, string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PlaceError';
  }
}
