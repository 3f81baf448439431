import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { ExpectedNotebook } from './expected-notebook.ts';
import { firstLine, tokenLine } from './expected-notebook.ts';

interface MutableNotebook {
  cells: { id: string; source: string | string[]; [member: string]: unknown }[];
}

/** Those who know nothing of shared documents: another program that writes the file, and a stock page that saves. */
export class OutsideWriter {
  /** What the stock page read last, which it goes on editing. */
  #page: MutableNotebook | null = null;

  constructor(
    private readonly path: string,
    private readonly diskPath: string,
    private readonly expected: ExpectedNotebook,
    private readonly random: () => number,
  ) {}

  /** Another program reads the file, changes it and writes it, in place or by a new file in its place. */
  rewriteFile(): void {
    const before = statSync(this.diskPath).ino;
    const notebook = JSON.parse(readFileSync(this.diskPath, 'utf8')) as MutableNotebook;
    const note = this.#change(notebook, 'outside');
    const text = `${JSON.stringify(notebook, null, 1)}\n`;
    if (this.random() < 0.5) {
      writeFileSync(`${this.diskPath}.new`, text);
      // Somebody who reads what was there before and replaces what came after is to blame, and not the server.
      if (statSync(this.diskPath).ino !== before) return;
      renameSync(`${this.diskPath}.new`, this.diskPath);
    } else {
      if (statSync(this.diskPath).ino !== before) return;
      writeFileSync(this.diskPath, text);
    }
    note();
  }

  async openPage(server: JupyterServerProcess): Promise<void> {
    const answer = await sendOk(server, { path: `/api/contents/${this.path}?content=1` });
    this.#page = answer.json<{ content: MutableNotebook }>().content;
  }

  /** Saves what the page has become since it was opened, however much others did meanwhile. */
  async savePage(server: JupyterServerProcess): Promise<void> {
    const page = this.#page;
    if (page === null) return;
    this.#page = null;
    const note = this.#change(page, 'page');
    // Whatever becomes of the answer, it may have been saved.
    note();
    await sendOk(server, {
      method: 'PUT',
      path: `/api/contents/${this.path}`,
      headers: { 'content-type': 'application/json' },
      body: { type: 'notebook', format: 'json', content: page },
    });
  }

  /** @returns what notes it as done */
  #change(notebook: MutableNotebook, who: string): () => void {
    const name = this.expected.newName();
    if (this.random() < 0.2) {
      const id = `${who}-${name}`;
      const place = Math.floor(this.random() * (notebook.cells.length + 1));
      const cell = {
        cell_type: 'code',
        execution_count: null,
        id,
        metadata: {},
        outputs: [],
        source: firstLine(id),
      };
      notebook.cells.splice(place, 0, cell);
      return () => this.expected.cellCreated(id);
    }
    const cell = notebook.cells[Math.floor(this.random() * notebook.cells.length)];
    if (cell === undefined) return () => undefined;
    const source = typeof cell.source === 'string' ? cell.source : cell.source.join('');
    cell.source = source + tokenLine(`${who}.${name}`);
    return () => this.expected.typed(`${who}.${name}`, cell.id);
  }
}
