import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../crash/matrix/seeded-random.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import type { FoundCell } from './expected-notebook.ts';
import { ExpectedNotebook, firstLine, tokensIn } from './expected-notebook.ts';
import { NotebookEdits } from './notebook-edits.ts';
import { cellsOf } from './notebook-json.ts';
import { OutsideWriter } from './outside-writer.ts';
import { RoomClient } from './room-client.ts';

const PATH = 'a.ipynb';
const PATIENCE = 60_000;
/** Of a hundred rounds so many are of a kind; in the rest another program rewrites the file, in place or by another one. */
const TOUCHED = 20;
const CHECKED_OUT = 4;

/**
 * Two people type in a notebook while other programs rewrite its file, touch it, and check out older versions of it.
 * @returns what is wrong in the end, a sentence each, with what was done to the first cell that it is about
 */
export async function playOutsideRounds(plan: {
  readonly seed: number;
  readonly rounds: number;
}): Promise<{ readonly faults: readonly string[]; readonly story: readonly string[] }> {
  const server = await startOurServer({ args: ['--collaboration', 'stock', '--log-level', 'warn'] });
  const rounds = new OutsideRounds(server, seededRandom(plan.seed));
  try {
    return await rounds.play(plan.rounds);
  } finally {
    await rounds.close();
  }
}

class OutsideRounds {
  readonly #server: JupyterServerProcess;
  readonly #random: () => number;
  readonly #root: string;
  readonly #diskPath: string;
  readonly #expected = new ExpectedNotebook();
  readonly #edits: NotebookEdits;
  readonly #outside: OutsideWriter;
  readonly #people = [new RoomClient('ada', PATH), new RoomClient('ben', PATH)];

  #commits = 0;

  constructor(server: JupyterServerProcess, random: () => number) {
    this.#server = server;
    this.#random = random;
    this.#root = server.folders.root;
    this.#diskPath = join(this.#root, PATH);
    this.#edits = new NotebookEdits(this.#expected, random);
    this.#outside = new OutsideWriter(PATH, this.#diskPath, this.#expected, random);
  }

  async play(rounds: number): ReturnType<typeof playOutsideRounds> {
    this.#begin();
    for (const person of this.#people) await person.connect(this.#server);
    for (let round = 0; round < rounds; round++) {
      for (const person of this.#people) this.#edits.type(person.model, person.name);
      if (this.#random() < 0.3) this.#edits.deleteLine(this.#people[0]!.model);
      const kind = 100 * this.#random();
      if (kind < CHECKED_OUT) await this.#checkOut();
      else if (kind < CHECKED_OUT + TOUCHED) utimesSync(this.#diskPath, new Date(), new Date());
      else this.#outside.rewriteFile();
      await sleep(150 * this.#random());
    }
    const copies = await this.#agreed();
    const faults = [...copies].flatMap(([where, cells]) => this.#expected.faultsOf(where, cells));
    if (!areEqual(copies)) faults.push('the copies are not the same');
    return { faults, story: this.#expected.storyOf(faults) };
  }

  async close(): Promise<void> {
    for (const person of this.#people) person.close();
    await this.#server.close();
  }

  #begin(): void {
    const cells = Array.from({ length: 3 }, (_, index) => {
      const id = `first-${index}`;
      this.#expected.cellCreated(id);
      const rest = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [] };
      return { id, source: firstLine(id), ...rest };
    });
    const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(this.#diskPath, JSON.stringify(notebook));
    this.#git('init', '-q');
    this.#commit();
  }

  /** An older version, and back to the newest. What is typed meanwhile goes, if it was saved by then. */
  async #checkOut(): Promise<void> {
    await this.#agreed();
    this.#commit();
    const committed = new Set(this.#onDisk().flatMap(({ source }) => tokensIn(source)));
    const past = Math.ceil(Math.min(3, this.#commits - 1) * this.#random());
    this.#expected.trace.note('an older version is checked out *');
    this.#git('checkout', '-q', `HEAD~${past}`, '--', PATH);
    await sleep(500 * this.#random());
    for (const { name, model } of this.#people) {
      this.#edits.type(model, name);
      for (const token of model.cells.flatMap((cell) => tokensIn(cell.getSource())))
        if (!committed.has(token)) this.#expected.tokenDeleted(token);
    }
    await sleep(500 * this.#random());
    this.#expected.trace.note('the newest version is checked out *');
    this.#git('checkout', '-q', 'HEAD', '--', PATH);
    await this.#agreed();
  }

  #commit(): void {
    this.#commits++;
    this.#git('add', PATH);
    this.#git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'a round');
  }

  #git(...args: readonly string[]): void {
    execFileSync('git', args, { cwd: this.#root, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  #onDisk(): FoundCell[] {
    return cellsOf(JSON.parse(readFileSync(this.#diskPath, 'utf8')));
  }

  /** @returns all copies once they are the same, or as they are after a long time */
  async #agreed(): Promise<ReadonlyMap<string, readonly FoundCell[]>> {
    const until = Date.now() + PATIENCE;
    let copies = await this.#copies();
    while (!areEqual(copies) && Date.now() < until) {
      await sleep(100);
      this.#people[0]!.save();
      copies = await this.#copies();
    }
    return copies;
  }

  async #copies(): Promise<Map<string, FoundCell[]>> {
    const answer = await sendOk(this.#server, { path: `/api/contents/${PATH}?content=1` });
    return new Map([
      ...this.#people.map(({ name, model }) => [name, cellsOf(model.toJSON())] as const),
      ['the server', cellsOf(answer.json<{ content: unknown }>().content)] as const,
      ['the file', this.#onDisk()] as const,
    ]);
  }
}

function areEqual(copies: ReadonlyMap<string, readonly FoundCell[]>): boolean {
  return new Set([...copies.values()].map((cells) => JSON.stringify(cells))).size === 1;
}
