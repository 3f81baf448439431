import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerSays } from '../../kernel-bridge/agent/agent-protocol.ts';
import type { LinkSocket } from '../../kernel-bridge/agent/link-socket.ts';
import type { BrowserHosts as HostsOfPlace } from '../../kernel-bridge/browser/browser-host.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import { HOST_PROTOCOL, type HostHello, type HostLeft } from '../wire/browser-runtime.ts';
import { readHost } from './host-file.ts';
import { hashOf, PageHost } from './page-host.ts';

export interface BrowserHostsOptions {
  /** Absolute; there is a folder in it for each. */
  readonly directory: string;
  readonly programVersion: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
  /** How many there may be, of one person and of all. */
  readonly most?: { readonly ofOne: number; readonly ofAll: number };
}

const MOST = { ofOne: 50, ofAll: 500 };
/** What a browser has not handed over by then it never does; in milliseconds. */
const LONGEST_AWAY = 7 * 24 * 60 * 60_000;

/** For the next page of a browser, as after a reload, to hand over what was on its way when one went; in milliseconds. */
const MOMENT = 6_000;

const TAB_CLOSED = 'the tab that ran it was closed: outputs stay, variables ended';
const CLOSED_IN_MID_RUN = `${TAB_CLOSED}. What it said in its last moment may be missing here`;
const NEVER_CAME = 'the browser that ran it has not connected for a week: outputs stay, variables ended';

/** The pages that run kernels, by what they call themselves. Those without kernels are known only while they are connected. */
export class BrowserHosts implements HostsOfPlace {
  readonly #options: BrowserHostsOptions;
  readonly #hosts = new Map<string, PageHost>();
  readonly #expiries = new Map<string, NodeJS.Timeout>();
  #isClosed = false;

  /** With those that an earlier server had kernels of. */
  constructor(options: BrowserHostsOptions) {
    this.#options = options;
    const { directory, logger } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory)) {
      const record = readHost(join(directory, name));
      if (record?.id !== name) {
        logger.warn({ host: name }, "What is known of a browser's host cannot be read");
        continue;
      }
      const host = this.#add(new PageHost(record, this.#partsOf(name)));
      if (host.isEmpty) void this.#forget(host);
      else this.#expire(host);
    }
  }

  all(): readonly PageHost[] {
    return [...this.#hosts.values()];
  }

  /** A page has dialled in, and says who it is. */
  arrived(
    hello: HostHello,
    person: Identity,
    link: LinkSocket,
  ): { answer: ServerSays; host: PageHost | null } {
    const answer = this.#refusal(hello, person);
    if (answer !== null) return { answer, host: null };
    const { hostId, isLeft } = hello;
    try {
      const host = this.#hosts.get(hostId) ?? this.#made(hello, person);
      const accepted = { type: 'accepted', title: host.title, note: null } as const;
      host.take(link, person, isLeft, accepted);
      // The one that came last is the last.
      this.#hosts.delete(hostId);
      this.#add(host);
      clearTimeout(this.#expiries.get(hostId));
      this.#expiries.delete(hostId);
      this.#options.logger.info({ host: hostId, isLeft }, 'A page can run kernels');
      return { answer: accepted, host };
    } catch (error) {
      this.#options.logger.error(
        { err: error, host: hostId },
        'A page that runs kernels is not written down',
      );
      return { answer: refused('not-now', 'The server cannot write anything down now.'), host: null };
    }
  }

  closed(host: PageHost, link: LinkSocket): void {
    if (!host.closed(link) || this.#hosts.get(host.id) !== host) return;
    this.#options.logger.info({ host: host.id }, 'A page that could run kernels is gone');
    if (host.isEmpty) void this.#forget(host);
    else if (!this.#expiries.has(host.id)) this.#expire(host);
  }

  /**
   * A page goes away. What it has not handed over comes with another page; otherwise its kernels are over.
   * @throws HttpError 404 for a host that is not known, or is not this person's
   */
  left(id: string, { secret, unshared, underWay }: HostLeft, person: Identity): void {
    const host = this.#hosts.get(id);
    if (host === undefined || host.person !== person.username || !host.isItsSecret(secret))
      throw new HttpError(404, 'There is no such host of yours.');
    const isOneOf = (kernels: readonly string[]): boolean =>
      host.supervisor.launches.some(({ kernelId }) => kernels.includes(kernelId));
    const waitedFor = [...unshared, ...underWay];
    if (!isOneOf(waitedFor)) return this.#end(host, TAB_CLOSED);
    host.leaves(waitedFor, TAB_CLOSED);
    if (!isOneOf(unshared)) this.#expire(host, { after: MOMENT, why: CLOSED_IN_MID_RUN });
  }

  /** The server ends: pages are to come again. Idempotent; `supervisor`s are closed by the place. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#expiries.values()) clearTimeout(timer);
    for (const host of this.#hosts.values()) host.leave();
  }

  #refusal(hello: HostHello, person: Identity): Extract<ServerSays, { type: 'refused' }> | null {
    const { hostId, secret, isLeft, protocol } = hello;
    if (protocol !== HOST_PROTOCOL)
      return refused('protocol', 'This page and the server are of different versions. Reload the page.');
    if (this.#isClosed) return refused('not-now', 'The server is ending.');
    const known = this.#hosts.get(hostId);
    if (known === undefined) {
      if (isLeft) return refused('revoked', 'The server knows no kernels of that page any more.');
      return this.#hasRoom(person.username)
        ? null
        : refused('not-now', 'Too many pages run kernels. Close some, or end their kernels.');
    }
    if (known.person !== person.username || !known.isItsSecret(secret))
      return refused('other-machine', "That page's kernels are somebody else's.");
    if (isLeft && known.isThere) return refused('not-now', 'That page is still connected itself.');
    return null;
  }

  /** Those that wait to be told that their kernels were ended make room. */
  #hasRoom(person: string): boolean {
    const { ofOne, ofAll } = this.#options.most ?? MOST;
    const isFull = (): boolean =>
      this.#hosts.size >= ofAll || this.all().filter((host) => host.person === person).length >= ofOne;
    for (const host of this.all()) {
      if (!isFull()) return true;
      if (!host.isConnected && host.supervisor.launches.length === 0) void this.#forget(host);
    }
    return !isFull();
  }

  /** @throws Error as the disk does */
  #made({ hostId, secret, title, isLeft }: HostHello, { username }: Identity): PageHost {
    const record = {
      id: hostId,
      person: username,
      secretHash: hashOf(secret),
      title: titleOf(title),
      lastSeen: Date.now(),
      hasLeft: isLeft,
    };
    return new PageHost(record, this.#partsOf(hostId));
  }

  #partsOf(id: string): ConstructorParameters<typeof PageHost>[1] {
    const { directory, programVersion, authorize, logger } = this.#options;
    return { folder: join(directory, id), programVersion, authorize, logger };
  }

  #add(host: PageHost): PageHost {
    this.#hosts.set(host.id, host);
    return host;
  }

  /** @param how after how many milliseconds since it was last seen, and what people are told then */
  #expire(host: PageHost, how = { after: LONGEST_AWAY, why: NEVER_CAME }): void {
    clearTimeout(this.#expiries.get(host.id));
    const left = Math.max(0, host.lastSeen + how.after - Date.now());
    const timer = setTimeout(() => this.#end(host, how.why), left).unref();
    this.#expiries.set(host.id, timer);
  }

  #end(host: PageHost, why: string): void {
    this.#options.logger.info({ host: host.id, why }, 'The kernels of a page are over');
    host.abandon(why);
    void this.#forget(host);
  }

  async #forget(host: PageHost): Promise<void> {
    this.#hosts.delete(host.id);
    clearTimeout(this.#expiries.get(host.id));
    this.#expiries.delete(host.id);
    try {
      await host.remove();
    } catch (error) {
      this.#options.logger.warn({ err: error, host: host.id }, "A browser's host is not forgotten on disk");
    }
  }
}

function refused(
  reason: Extract<ServerSays, { type: 'refused' }>['reason'],
  message: string,
): Extract<ServerSays, { type: 'refused' }> {
  return { type: 'refused', reason, message };
}

/** It is shown to people, in one line. */
function titleOf(given: string): string {
  const line = given.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim();
  return line === '' ? 'a browser' : line;
}
