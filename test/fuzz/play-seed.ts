import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../crash/matrix/seeded-random.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { ExpectedNotebook, firstLine } from './expected-notebook.ts';
import type { FoundCell } from './expected-notebook.ts';
import { NotebookEdits } from './notebook-edits.ts';
import { cellsOf } from './notebook-json.ts';
import { OutsideWriter } from './outside-writer.ts';
import type { FuzzClient } from './fuzz-client.ts';
import { LiveClient } from './live-client.ts';
import { RoomClient } from './room-client.ts';

export interface SeedPlan {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** How often the server is killed or told to end, and started again. */
  readonly restarts: number;
  /** Kinds of operations to leave out, to find out which one a fault is of. */
  readonly without: readonly string[];
}

export interface SeedResult {
  /** How often each kind of operation was done. */
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  /** What was done with the first cell that something is missing of. */
  readonly story: readonly string[];
  /** What the servers printed. */
  readonly printed: string;
}

const PATH = 'fuzz.ipynb';
const FIRST_CELLS = 8;
/** How long everybody may take to agree once nobody edits any more. */
const PATIENCE = 60_000;

/** So many operations of a thousand are of a kind; the rest is typing. */
const WEIGHTS = {
  deleteLine: 60,
  insertCell: 15,
  deleteCell: 8,
  moveCell: 25,
  run: 10,
  disconnect: 15,
  connect: 25,
  rewriteFile: 5,
  openPage: 4,
  savePage: 4,
} as const;
type Kind = keyof typeof WEIGHTS | 'type' | 'restart';

/** Simulated people edit one notebook of a real server, which is killed now and then; all copies are compared in the end. */
export async function playSeed(plan: SeedPlan): Promise<SeedResult> {
  const game = await Game.begin(plan);
  try {
    return await game.play();
  } finally {
    await game.close();
  }
}

class Game {
  readonly #plan: SeedPlan;
  readonly #random: () => number;
  readonly #expected = new ExpectedNotebook();
  readonly #edits: NotebookEdits;
  readonly #clients: FuzzClient[];
  readonly #outside: OutsideWriter;
  readonly #counts: Partial<Record<Kind, number>> = {};
  readonly #faults: string[] = [];
  readonly #requests = new Set<Promise<void>>();
  #server: JupyterServerProcess;
  #printed = '';

  static async begin(plan: SeedPlan): Promise<Game> {
    const server = await startOurServer({ args: ARGUMENTS });
    return new Game(plan, server);
  }

  private constructor(plan: SeedPlan, server: JupyterServerProcess) {
    this.#plan = plan;
    this.#server = server;
    this.#random = seededRandom(plan.seed);
    this.#edits = new NotebookEdits(this.#expected, this.#random);
    // Ours, and jupyter-collaboration's, in one notebook.
    this.#clients = Array.from({ length: plan.clients }, (_, index) =>
      index % 2 === 0 ? new LiveClient(`p${index}`, PATH) : new RoomClient(`p${index}`, PATH),
    );
    this.#outside = new OutsideWriter(PATH, this.#diskPath, this.#expected, this.#random);
  }

  async play(): Promise<SeedResult> {
    this.#writeFirst();
    await Promise.all(this.#clients.map((client) => client.connect(this.#server)));
    const { operations, restarts } = this.#plan;
    const restartEach = Math.ceil((operations + 1) / (restarts + 1));
    for (let done = 1; done <= operations; done++) {
      if (done % restartEach === 0) await this.#restart();
      await this.#do(this.#choose());
      if (done % 8 === 0) await sleep(1 + 4 * this.#random());
    }
    await this.#agree();
    return {
      counts: this.#counts,
      faults: this.#faults,
      story: this.#expected.storyOf(this.#faults),
      printed: this.#printed + this.#server.output(),
    };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#server.close();
  }

  get #diskPath(): string {
    return join(this.#server.folders.root, PATH);
  }

  #writeFirst(): void {
    const cells = Array.from({ length: FIRST_CELLS }, (_, index) => {
      const id = `first-${index}`;
      this.#expected.cellCreated(id);
      return {
        cell_type: 'code',
        execution_count: null,
        id,
        metadata: {},
        outputs: [],
        source: firstLine(id),
      };
    });
    const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(this.#diskPath, JSON.stringify(notebook));
  }

  #choose(): Kind {
    let drawn = this.#random() * 1000;
    for (const [kind, weight] of Object.entries(WEIGHTS))
      if ((drawn -= weight) < 0) return this.#plan.without.includes(kind) ? 'type' : (kind as Kind);
    return 'type';
  }

  async #do(kind: Kind): Promise<void> {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
    const client = this.#clients[Math.floor(this.#random() * this.#clients.length)] as FuzzClient;
    const notebook = client.model;
    switch (kind) {
      case 'type':
        return this.#edits.type(notebook, client.name);
      case 'deleteLine':
        return this.#edits.deleteLine(notebook);
      case 'insertCell':
        return this.#edits.insertCell(notebook, client.name);
      case 'deleteCell':
        return this.#edits.deleteCell(notebook);
      case 'moveCell':
        return this.#edits.moveCell(notebook, client.isOnline ? client.name : `${client.name}, offline,`);
      case 'run':
        return this.#ask(() => this.#run(client));
      case 'disconnect':
        this.#expected.trace.note(`${client.name} disconnects *`);
        return this.#disconnect(client);
      case 'connect': {
        const gone = this.#clients.find((each) => !each.isOnline);
        if (gone === undefined) return;
        this.#expected.trace.note(`${gone.name} connects *`);
        return gone.connect(this.#server);
      }
      case 'rewriteFile':
        this.#expected.trace.note('the file is written *');
        return this.#outside.rewriteFile();
      case 'openPage':
        this.#expected.trace.note('the stock page reads *');
        return this.#outside.openPage(this.#server);
      case 'savePage':
        this.#expected.trace.note('the stock page saves *');
        return this.#outside.savePage(this.#server);
      case 'restart':
        return this.#restart();
      default:
        kind satisfies never;
    }
  }

  #disconnect(client: FuzzClient): void {
    const sources = client.model.cells.map((cell) => cell.getSource());
    this.#expected.connectionLost(sources, (token, cellId) => client.hasJustLost(token, cellId));
    client.disconnect();
  }

  /** Goes on meanwhile; a server that is killed answers nobody. */
  #ask(request: () => Promise<void>): void {
    const asked = request()
      .catch((error: unknown) => {
        if (this.#server.origin !== '') this.#printed += `request: ${String(error)}\n`;
      })
      .finally(() => this.#requests.delete(asked));
    this.#requests.add(asked);
  }

  async #run(client: FuzzClient): Promise<void> {
    const cell = client.model.cells[Math.floor(this.#random() * client.model.cells.length)];
    if (cell === undefined) return;
    const cellId = cell.getId();
    const answer = await send(this.#server, {
      method: 'POST',
      path: '/api/in-the-loop/v1/runs',
      headers: { 'content-type': 'application/json' },
      body: { path: PATH, cells: [cellId] },
    });
    // A cell that only this client knows yet is not found.
    if (answer.status === 202) this.#expected.ran(cellId);
    else if (answer.status !== 404)
      this.#faults.push(`a run was answered by ${answer.status}: ${answer.text()}`);
  }

  async #restart(): Promise<void> {
    this.#counts.restart = (this.#counts.restart ?? 0) + 1;
    await Promise.all(this.#requests);
    const { folders } = this.#server;
    await this.#server.end(this.#random() < 0.7 ? 'SIGKILL' : 'SIGTERM');
    this.#printed += this.#server.output();
    this.#expected.trace.note('the server is gone *');
    for (const client of this.#clients) this.#disconnect(client);
    // People go on typing, and other programs writing, while it is gone.
    for (let typed = 0; typed < 50; typed++)
      for (const client of this.#clients) this.#edits.type(client.model, client.name);
    if (!this.#plan.without.includes('rewriteFile')) this.#outside.rewriteFile();
    this.#server = await startOurServer({ folders, args: ARGUMENTS });
    this.#expected.trace.note('the server is back *');
    for (const client of this.#clients) if (this.#random() < 0.8) await client.connect(this.#server);
  }

  /** Everybody comes back, and all copies must become the same. */
  async #agree(): Promise<void> {
    await Promise.all(this.#requests);
    for (const client of this.#clients) if (!client.isOnline) await client.connect(this.#server);
    const until = Date.now() + PATIENCE;
    let copies = await this.#copies();
    // What is wrong at first may only be on its way, as the outputs of a kernel that still starts.
    while ((!areEqual(copies) || this.#faultsIn(copies).length > 0) && Date.now() < until) {
      await sleep(250);
      this.#clients[0]?.save();
      copies = await this.#copies();
    }
    const [first] = copies.values();
    this.#faults.push(...this.#faultsIn(copies));
    if (first !== undefined && !areEqual(copies))
      this.#faults.push(...[...copies].flatMap(([where, cells]) => differences(where, cells, first)));
  }

  #faultsIn(copies: ReadonlyMap<string, readonly FoundCell[]>): string[] {
    return [...copies].flatMap(([where, cells]) => this.#expected.faultsOf(where, cells));
  }

  async #copies(): Promise<Map<string, FoundCell[]>> {
    const copies = new Map<string, FoundCell[]>();
    for (const client of this.#clients) copies.set(client.name, cellsOf(client.model.toJSON()));
    const answer = await sendOk(this.#server, { path: `/api/contents/${PATH}?content=1` });
    copies.set('the server', cellsOf(answer.json<{ content: unknown }>().content));
    if (existsSync(this.#diskPath))
      copies.set('the file', cellsOf(JSON.parse(readFileSync(this.#diskPath, 'utf8'))));
    return copies;
  }
}

const ARGUMENTS = ['--collaboration', 'on', '--log-level', 'warn'];

function areEqual(copies: ReadonlyMap<string, readonly FoundCell[]>): boolean {
  return new Set([...copies.values()].map((cells) => JSON.stringify(cells))).size === 1;
}

function differences(where: string, cells: readonly FoundCell[], first: readonly FoundCell[]): string[] {
  const order = (of: readonly FoundCell[]): string => of.map(({ id }) => id).join(' ');
  if (order(cells) !== order(first)) return [`${where} has other cells: ${order(cells)}`];
  return cells.flatMap((cell, index) =>
    JSON.stringify(cell) === JSON.stringify(first[index]) ? [] : [`${where} has another cell ${cell.id}`],
  );
}
