/** Who asks for a kernel, or for its restart: for places that are somebody's own. */
export interface LaunchAsker {
  /** A user name. */
  readonly person: string;
  /** The host of the page that asks, where it says so. */
  readonly host: string | null;
}
