import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Identity } from './auth/identity.ts';

/** An upgrade request that has passed Host, Origin and authentication checks. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly identity: Identity;
  /** Decoded groups of the route's pattern. */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
}

/** As `Upgrade`, of whoever has not signed in: the route itself asks who it is. */
export type StrangerUpgrade = Omit<Upgrade, 'identity'>;

/** One kind of websocket. */
export interface UpgradeRoute {
  /** Matched against the percent-encoded path without the base URL (it starts with `/`); groups are decoded after. */
  readonly pattern: RegExp;
  /** May throw HttpError before it has answered: the socket then gets that status as a plain HTTP response. */
  handle(upgrade: Upgrade): void | Promise<void>;
  /** Called instead of `handle`, for anybody: programs that show keys of their own, which no browser does. */
  handleStranger?(upgrade: StrangerUpgrade): void | Promise<void>;
}
