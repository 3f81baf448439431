import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Router } from 'express';
import pino from 'pino';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerSays } from '../../kernel-bridge/agent/agent-protocol.ts';
import type { BytePipeEnd } from '../../kernel-bridge/hosted/link/byte-pipe.ts';
import { joinWebSocket } from '../../kernel-bridge/hosted/link/join-websocket.ts';
import type { Host } from '../../kernel-bridge/hosted/link/host.ts';
import { BrowserHosts } from '../../server/browser-hosts/browser-hosts.ts';
import { hostUpgradeRoute } from '../../server/browser-hosts/link-route.ts';
import type { PageHost } from '../../server/browser-hosts/page-host.ts';
import { HOST_LINK_PATH, HOST_PROTOCOL, type HostHello } from '../../server/wire/browser-runtime.ts';
import { type AppUnderTest, startApp, TOKEN } from '../doubles/app-under-test.ts';

/** The server's part in which browsers' pages dial in, in this process: all else of a server is left out. */
export class HostDesk {
  /** What it told its log, as one text a line. */
  readonly logged: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'host-desk-'));
  #app!: AppUnderTest;
  #hosts!: BrowserHosts;

  static async start(publicRoutes: readonly Router[] = []): Promise<HostDesk> {
    const desk = new HostDesk();
    desk.#hosts = desk.#makeHosts();
    desk.#app = await startApp({
      publicRoutes: () => publicRoutes,
      upgradeRoutes: [
        {
          pattern: new RegExp(`^/${HOST_LINK_PATH}$`),
          // Of the server that is there now.
          handle: (upgrade) =>
            hostUpgradeRoute({ hosts: desk.hosts, authorize: () => undefined, logger: desk.#logger }).handle(
              upgrade,
            ),
        },
      ],
    });
    return desk;
  }

  get port(): number {
    return this.#app.port;
  }

  get hosts(): BrowserHosts {
    return this.#hosts;
  }

  /** The host of that page, once it is connected and greeted. */
  async reached(hostId: string): Promise<PageHost> {
    const known = (): PageHost | undefined => this.hosts.all().find(({ id }) => id === hostId);
    await expect.poll(() => known()?.supervisor.isReached, { timeout: 20_000 }).toBe(true);
    return known() as PageHost;
  }

  /**
   * Dials in as a page does.
   * @param accepted called in the turn in which the server accepts it, before anything else comes
   * @returns with the server's first word
   */
  async dial(
    hello: Partial<HostHello> = {},
    accepted: (socket: WebSocket) => void = () => undefined,
  ): Promise<{
    readonly answer: ServerSays;
    readonly socket: WebSocket;
    readonly hello: HostHello;
  }> {
    const whole: HostHello = {
      type: 'host',
      protocol: HOST_PROTOCOL,
      hostId: randomUUID(),
      secret: randomUUID(),
      title: 'A browser of a test',
      isLeft: false,
      ...hello,
    };
    const socket = this.open();
    await new Promise((resolve) => socket.once('open', resolve));
    const answer = new Promise<ServerSays>((resolve) =>
      socket.once('message', (data: Buffer) => {
        const said = JSON.parse(data.toString()) as ServerSays;
        if (said.type === 'accepted') accepted(socket);
        resolve(said);
      }),
    );
    socket.send(JSON.stringify(whole));
    return { answer: await answer, socket, hello: whole };
  }

  /** A websocket that has said nothing yet. */
  open(): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/${HOST_LINK_PATH}?token=${TOKEN}`);
    // Why a server ends it is told by what it said.
    socket.on('error', () => undefined);
    return socket;
  }

  /** Another server takes the place of this one, with what is on disk. */
  async restart(): Promise<void> {
    await this.#closeHosts();
    this.#hosts = this.#makeHosts();
  }

  async close(): Promise<void> {
    await this.#closeHosts();
    await this.#app.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #logger(): pino.Logger {
    return pino({ level: 'info' }, { write: (line: string) => void this.logged.push(line) });
  }

  #makeHosts(): BrowserHosts {
    return new BrowserHosts({
      directory: join(this.#folder, 'hosts'),
      programVersion: '1',
      authorize: () => undefined,
      logger: this.#logger,
    });
  }

  async #closeHosts(): Promise<void> {
    this.hosts.close();
    await Promise.all(this.hosts.all().map(({ supervisor }) => supervisor.close()));
  }
}

/** Has a host speak over a websocket that was accepted. */
export function joinHost(socket: WebSocket, host: Host): void {
  joinWebSocket(socket, (pipe): BytePipeEnd => host.join(pipe));
}
