import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';
import type { KernelMessage, MessageHeader } from './kernel-message.ts';
import type { Execution } from './kernel-socket.ts';
import { KernelSocket } from './kernel-socket.ts';

export interface Cell {
  readonly id?: string;
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly execution_count: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { readonly text?: string | readonly string[] }[];
}

export interface Notebook {
  readonly cells: readonly Cell[];
}

export interface NotebookModel {
  readonly hash: string;
  readonly last_modified: string;
  readonly content: Notebook;
}

export function codeCell(id: string, source: string, extra: object = {}): object {
  const cell = { id, cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source };
  return { ...cell, ...extra };
}

export function notebookOf(...cells: object[]): object {
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

export function sourceOf({ source }: Pick<Cell, 'source'>): string {
  return [source].flat().join('');
}

/** What a cell has printed. */
export function textOf(cell: Cell | undefined): string {
  return (cell?.outputs ?? []).flatMap(({ text = '' }) => text).join('');
}

export function readNotebookFile(server: JupyterServerProcess, path: string): Notebook {
  return JSON.parse(readFileSync(join(server.folders.root, path), 'utf8')) as Notebook;
}

export async function getNotebook(
  server: JupyterServerProcess,
  path: string,
  query: string,
): Promise<NotebookModel> {
  return (await sendOk(server, { path: `/api/contents/${path}?${query}` })).json<NotebookModel>();
}

/** As JupyterLab does, which asks for the hash before. */
export async function saveNotebook(
  server: JupyterServerProcess,
  path: string,
  content: object,
): Promise<void> {
  const body = { type: 'notebook', format: 'json', content };
  await sendOk(server, { method: 'PUT', path: `/api/contents/${path}`, body });
}

/** A tab as far as the server sees it: it reads a notebook, joins its session and has a websocket to the kernel. */
export class StockPage {
  private constructor(
    readonly content: Notebook,
    readonly kernelId: string,
    readonly socket: KernelSocket,
  ) {}

  static async open(server: JupyterServerProcess, path: string): Promise<StockPage> {
    const { content } = await getNotebook(server, path, 'content=1&hash=1');
    const body = { path, type: 'notebook', name: path, kernel: { name: 'python3' } };
    const session = await sendOk(server, { method: 'POST', path: '/api/sessions', body });
    const { kernel } = session.json<{ kernel: { id: string } }>();
    return new StockPage(content, kernel.id, await KernelSocket.open(server, kernel.id));
  }

  run(cellId: string, source: string, recordTiming = true): MessageHeader {
    return this.socket.start(source, {}, { cellId, recordTiming });
  }

  runToEnd(cellId: string, source: string, recordTiming = true): Promise<Execution> {
    return this.socket.finish(this.run(cellId, source, recordTiming));
  }

  heard(text: string): Promise<KernelMessage> {
    return this.socket.find((message) => message.content['text'] === text);
  }

  /** Without a word, as a tab that is killed. */
  async leave(): Promise<void> {
    this.socket.socket.terminate();
    await this.socket.closed;
  }
}
