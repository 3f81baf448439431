import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import { HostSupervisor } from '../../../../kernel-bridge/hosted/link/host-supervisor.ts';
import type { Host } from '../../../../kernel-bridge/hosted/link/host.ts';
import type { HostObserver } from '../../../../kernel-bridge/hosted/link/host-observer.ts';
import { joinWebSocket } from '../../../../kernel-bridge/hosted/link/join-websocket.ts';
import type { StartKernel } from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import { MemorySpool } from '../../../../kernel-bridge/hosted/link/memory-spool.ts';
import type { Spool } from '../../../../kernel-bridge/hosted/link/spool.ts';
import { hostDatabaseName } from '../../offline/offline-names.ts';
import { consoleLog } from './console-log.ts';
import { handOverLeft } from './hand-over-left.ts';
import { HostDatabase } from './host-database.ts';
import { HostLink } from './host-link.ts';
import { IndexedSpool } from './indexed-spool.ts';
import { holdLock, takeOverLeft } from './left-hosts.ts';
import type { HostConnection, HostSettings } from './page-talk.ts';

export interface ServerHostEvents {
  readonly observer: HostObserver;
  changed(connection: HostConnection): void;
  /** For people. */
  problem(text: string): void;
}

interface Opened {
  readonly host: Host;
  readonly link: HostLink;
}

/** The kernels of this page that are the server's, from the first time that it is wanted to the end of the page. */
export class ServerHost {
  readonly #settings: HostSettings;
  readonly #startKernel: StartKernel;
  readonly #events: ServerHostEvents;
  #opening: Promise<Opened> | null = null;
  #opened: Opened | null = null;
  #mayHandOver = true;
  #leftHost: Host | null = null;
  #isTakingOver = false;

  constructor(settings: HostSettings, startKernel: StartKernel, events: ServerHostEvents) {
    this.#settings = settings;
    this.#startKernel = startKernel;
    this.#events = events;
  }

  async connect(isAnew: boolean): Promise<void> {
    const { link } = await (this.#opening ??= this.#open());
    link.connect(isAnew);
  }

  handOver(mayHandOver: boolean): void {
    this.#mayHandOver = mayHandOver;
    this.#opened?.host.handOver(mayHandOver);
    this.#leftHost?.handOver(mayHandOver);
  }

  /** @throws Error where it cannot be run */
  ask(kernelId: string, request: HostedMessage): void {
    if (this.#opened === null) throw new Error('there is no such kernel in this page');
    this.#opened.host.ask(kernelId, request);
  }

  interrupt(kernelId: string): void {
    this.#opened?.host.interrupt(kernelId).catch((error: Error) => this.#events.problem(error.message));
  }

  restart(kernelId: string): void {
    this.#opened?.host.restart(kernelId).catch((error: Error) => this.#events.problem(error.message));
  }

  async #open(): Promise<Opened> {
    const { hostId, secret, title, server } = this.#settings;
    const never = new Promise<void>(() => undefined);
    const database = await HostDatabase.open(hostDatabaseName(server), indexedDB).catch((error: unknown) => {
      this.#events.problem(
        `This browser keeps nothing (${String(error)}): what a kernel in this tab computes while the server is away ends with the tab.`,
      );
      return null;
    });
    let spool: Spool = new MemorySpool();
    if (database !== null) {
      await holdLock(hostId, never);
      await database.addHost({ hostId, secret, title });
      spool = new IndexedSpool(database, hostId);
    }
    const host = new HostSupervisor({
      startKernel: this.#startKernel,
      spool,
      observer: this.#events.observer,
      log: consoleLog,
    });
    await host.open();
    host.handOver(this.#mayHandOver);
    const link = new HostLink(this.#settings, false, {
      accepted: (socket) => {
        joinWebSocket(socket, (pipe) => host.join(pipe));
        if (database !== null) void this.#takeOver(database);
      },
      changed: (connection) => this.#events.changed(connection),
    });
    this.#opened = { host, link };
    return this.#opened;
  }

  /** What other pages left goes to the server, too, now that it is there. */
  async #takeOver(database: HostDatabase): Promise<void> {
    if (this.#isTakingOver) return;
    this.#isTakingOver = true;
    try {
      await takeOverLeft(database, async (left) => {
        await handOverLeft(database, left, this.#settings, (host) => {
          this.#leftHost = host;
          host.handOver(this.#mayHandOver);
        });
      });
    } catch (error) {
      consoleLog.warn({ error: String(error) }, 'what a closed page left could not be handed over');
    } finally {
      this.#leftHost = null;
      this.#isTakingOver = false;
    }
  }
}
