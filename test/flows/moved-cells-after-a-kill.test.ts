import { YNotebook } from '@jupyter/ydoc';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { LiveDocuments } from '../../lab-extension/src/documents/live-documents.ts';
import type { LiveDocument } from '../../lab-extension/src/live/live-document.ts';
import { LiveSocket } from '../../lab-extension/src/live/live-socket.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { repairCells } from '../../server/documents/repair-cells.ts';
import type { LivePageDependencies } from '../../server/live/live-page.ts';
import { PagePresence } from '../../server/live/page-presence.ts';
import type { SharedDocuments } from '../../server/shared-document.ts';
import { silentAgents } from '../doubles/silent-agents.ts';
import { silentRuntimes } from '../doubles/silent-runtimes.ts';
import { NOTEBOOK, roomsOn } from '../doubles/document-rooms-under-test.ts';
import { LiveNetwork, StoppedClock } from '../doubles/live-network.ts';
import '../fuzz/quiet-ydoc.ts';

const CELLS = ['a', 'b', 'c'];

async function startServer(log: EventLog): Promise<LivePageDependencies & { documents: SharedDocuments }> {
  const cells = CELLS.map((id) => ({
    ...{ id, cell_type: 'code', source: `${id}\n`, metadata: {}, outputs: [], execution_count: null },
  }));
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
  const repair = repairCells((message) => {
    throw new Error(message);
  });
  const files = new Map([['a.ipynb', { type: 'notebook', notebook } as const]]);
  return {
    documents: await roomsOn(log, files, 60_000, undefined, [repair]),
    agents: silentAgents,
    runtimes: silentRuntimes,
    presence: new PagePresence(),
    logger: pino({ level: 'silent' }),
    version: '1',
    save: (document) => document.committed(),
    authorize: () => undefined,
  };
}

/** Two pages of a notebook, and a server that can be killed: its successor has the log alone. */
class Game {
  readonly pages: readonly { readonly clock: StoppedClock; readonly documents: LiveDocuments }[];
  readonly documents: readonly LiveDocument[];
  readonly typed = new Map<string, string>();
  readonly #log = new MemoryEventLog();
  readonly #network: LiveNetwork;

  static async begin(): Promise<Game> {
    const log = new MemoryEventLog();
    return new Game(log, await startServer(log)).#opened();
  }

  private constructor(log: MemoryEventLog, server: LivePageDependencies) {
    this.#log = log;
    this.#network = new LiveNetwork(server);
    this.pages = ['ada', 'ben'].map((name) => {
      const clock = new StoppedClock();
      const socket = new LiveSocket(this.#network.openTransport(name), clock, () => true);
      const documents = new LiveDocuments(socket, clock);
      socket.retry();
      return { clock, documents };
    });
    this.documents = this.pages.map(({ documents }) => documents.open('a.ipynb', NOTEBOOK, new YNotebook()));
  }

  async #opened(): Promise<this> {
    await this.#network.flush();
    return this;
  }

  notebook(page: number): YNotebook {
    return this.documents[page]!.sharedModel as YNotebook;
  }

  /** A line of its own behind the first. */
  type(page: number, cell: number): void {
    const { cells } = this.notebook(page);
    const into = cells[cell % cells.length]!;
    const token = `<${this.typed.size}>`;
    this.typed.set(token, into.getId());
    const start = into.getSource().indexOf('\n') + 1;
    into.updateSource(start, start, `${token}\n`);
  }

  move(page: number, from: number, to: number): void {
    const { length } = this.notebook(page).cells;
    if (from % length !== to % length) this.notebook(page).moveCell(from % length, to % length);
  }

  /** What a page sends does not arrive; it hears the others. */
  hold(page: number): void {
    this.#network.held.add(page === 0 ? 'ada' : 'ben');
  }

  async letGo(): Promise<void> {
    this.#network.held.clear();
    await this.flush();
  }

  async flush(): Promise<void> {
    await this.#network.flush();
  }

  async kill(): Promise<void> {
    await this.#network.cut();
    this.#network.server = await startServer(this.#log);
    this.#network.held.clear();
    for (const { clock } of this.pages) clock.pass(15_000);
    await this.flush();
  }

  async end(): Promise<void> {
    await this.kill();
    await this.flush();
    for (const { documents } of this.pages) documents.connection.close();
  }

  /** Each line once, in its cell. */
  check(): void {
    const cells = this.notebook(0).cells.map((cell) => ({ id: cell.getId(), source: cell.getSource() }));
    expect(this.notebook(1).cells.map((cell) => ({ id: cell.getId(), source: cell.getSource() }))).toEqual(
      cells,
    );
    expect(cells.map(({ id }) => id).sort()).toEqual(CELLS);
    const found = cells.flatMap(({ id, source }) =>
      [...source.matchAll(/<\d+>/g)].map(([token]) => [token, id]),
    );
    expect(found.sort()).toEqual([...this.typed].sort());
  }
}

describe('what goes with a moved cell, and had not reached the log when the server was killed', () => {
  test('[L12] [V2] comes back with the page that typed it (I1)', async () => {
    const game = await Game.begin();
    game.hold(0);
    game.type(0, 0);
    game.move(1, 0, 2);
    await game.flush();
    // Its own page has it no more: the cell that it was typed into is gone.
    expect(
      game
        .notebook(0)
        .cells.map((cell) => cell.getSource())
        .join(''),
    ).not.toContain('<0>');
    await game.end();
    game.check();
  });

  test('[L12] [V2] comes back although that page has moved the copy since', async () => {
    const game = await Game.begin();
    game.hold(0);
    game.type(0, 0);
    game.move(1, 0, 2);
    await game.flush();
    game.move(0, 2, 1);
    await game.end();
    game.check();
  });

  test('[L12] [V2] of the others is in the cell that a page moved and had not sent', async () => {
    const game = await Game.begin();
    game.hold(0);
    game.move(0, 0, 2);
    game.type(1, 0);
    await game.flush();
    await game.end();
    game.check();
  });

  test('[L12] [V2] is there once, whatever two pages did and whenever the server was killed', async () => {
    const edit = fc.record({ moves: fc.boolean(), page: fc.nat(1), from: fc.nat(2), to: fc.nat(2) });
    const scene = fc.record({
      /** Whose changes do not arrive; 2: everybody's do. */
      held: fc.nat(2),
      edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
      isKilled: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scene, { minLength: 1, maxLength: 5 }), async (scenes) => {
        const game = await Game.begin();
        for (const { held, edits, isKilled } of scenes) {
          if (held < 2) game.hold(held);
          for (const { moves, page, from, to } of edits) {
            if (moves) game.move(page, from, to);
            else game.type(page, from);
          }
          await game.flush();
          if (isKilled) await game.kill();
          else await game.letGo();
        }
        await game.end();
        game.check();
      }),
      { numRuns: 60 },
    );
  });
});
