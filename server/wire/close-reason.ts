/** Why the server closes a whole socket: the `reason` of the websocket's close, with code 4000 unless said otherwise. */
export type CloseReason =
  /** The page speaks a protocol that the server does not. Reloading the page helps, trying again does not. */
  | 'unknown-protocol'
  /** The page sent what is no message. */
  | 'malformed-message'
  /** The page did not read what was sent to it. It gets all of it when it comes back. */
  | 'not-reading'
  /** The server stops (code 1012). */
  | 'server-closing';
