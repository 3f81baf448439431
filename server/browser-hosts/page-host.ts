import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerSays } from '../../kernel-bridge/agent/agent-protocol.ts';
import type { LinkSocket } from '../../kernel-bridge/agent/link-socket.ts';
import type { BrowserHost } from '../../kernel-bridge/browser/browser-host.ts';
import { FarSupervisor } from '../../kernel-bridge/far/far-supervisor.ts';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { sameSecret } from '../auth/request-token.ts';
import { DialInSeat } from '../dial-in-seat.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import { type HostRecord, writeHost } from './host-file.ts';

export interface PageHostOptions {
  /** Its alone. */
  readonly folder: string;
  readonly programVersion: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

/** One page that runs kernels, or has run some that it has not handed over yet. */
export class PageHost implements BrowserHost {
  readonly supervisor: FarSupervisor;
  readonly #options: PageHostOptions;
  readonly #seat: DialInSeat;
  #record: HostRecord;
  /** Whoever is connected, or was last. */
  #identity: Identity | null = null;
  /** What is connected only hands over what a page left. */
  #isLeft = false;

  constructor(record: HostRecord, options: PageHostOptions) {
    const { folder, programVersion, logger: log } = options;
    this.#options = options;
    this.#record = record;
    this.#seat = new DialInSeat({ url: () => '', key: '', programVersion, log });
    this.supervisor = new FarSupervisor({
      title: `The tab that ran it (${record.title})`,
      folder: join(folder, 'kernels'),
      log,
      connect: this.#seat.connect,
      awayReason: 'it is not connected',
      isAlwaysNeeded: true,
      isOursAlone: true,
      explainAway: () => this.#explainAway(),
    });
  }

  get id(): string {
    return this.#record.id;
  }

  get person(): string {
    return this.#record.person;
  }

  get title(): string {
    return this.#record.title;
  }

  /** Milliseconds since the epoch. */
  get lastSeen(): number {
    return this.#record.lastSeen;
  }

  get isConnected(): boolean {
    return this.#seat.isThere;
  }

  get isThere(): boolean {
    return this.isConnected && !this.#isLeft;
  }

  /** Whether there is anything to hear of it, or to be ended there. */
  get isEmpty(): boolean {
    return this.supervisor.count === 0;
  }

  get refusal(): PlaceError | null {
    if (this.#identity === null) return null;
    try {
      this.#options.authorize(this.#identity, 'execute', 'kernels');
      return null;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return new PlaceError(
        'PLACE_DENIED',
        'Whose page it is may not run kernels.',
        'Ask whoever runs the server.',
      );
    }
  }

  isItsSecret(secret: string): boolean {
    return sameSecret(hashOf(secret), this.#record.secretHash);
  }

  /**
   * @param accepted what it is told before anything else
   * @throws Error where it cannot be written down: then it could never come again
   */
  take(link: LinkSocket, identity: Identity, isLeft: boolean, accepted: ServerSays): void {
    this.#note({ hasLeft: isLeft });
    this.#identity = identity;
    this.#isLeft = isLeft;
    link.say(accepted);
    this.#seat.take(link, 'This page has connected anew.');
    this.#reach();
  }

  /** Its connection has ended. @returns whether none has taken its place */
  closed(link: LinkSocket): boolean {
    if (this.#seat.left(link)) {
      this.#noteIfPossible({});
      return true;
    }
    // The one that has is not to wait until it would be tried again.
    if (this.#seat.isThere) this.#reach();
    return false;
  }

  /**
   * Its page goes away, and another one of its browser hands over what is left.
   * @param unshared the kernels of which something is left; the others are over now
   * @param why for people, in the cells that ran
   */
  leaves(unshared: readonly string[], why: string): void {
    this.#noteIfPossible({ hasLeft: true });
    this.supervisor.abandon(why, (kernelId) => !unshared.includes(kernelId));
  }

  /** It will never come again: its kernels are over. @param why for people, in the cells that ran */
  abandon(why: string): void {
    this.supervisor.abandon(why);
  }

  /** Nothing of it is needed any more. */
  async remove(): Promise<void> {
    this.#seat.close();
    await this.supervisor.close();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  /** The server ends, and it is to come again. Idempotent. */
  leave(): void {
    this.#seat.leave();
  }

  #reach(): void {
    // A try that failed is in the log; the page tries again by itself.
    this.supervisor.reach().catch(() => undefined);
  }

  #explainAway(): string {
    return this.#record.hasLeft
      ? 'The tab that ran this kernel was closed. What it said last is kept in that browser, and comes with the next page there.'
      : `The tab that runs this kernel (${this.title}) is not connected. The kernel goes on there: what it says is kept, and comes when it can.`;
  }

  #noteIfPossible(change: Partial<HostRecord>): void {
    try {
      this.#note(change);
    } catch (error) {
      this.#options.logger.warn({ err: error, host: this.id }, "A browser's host is not written down");
    }
  }

  #note(change: Partial<HostRecord>): void {
    this.#record = { ...this.#record, ...change, lastSeen: Date.now() };
    writeHost(this.#options.folder, this.#record);
  }
}

/** A secret is random: nobody finds it by trying what hashes to this. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
