import type { FileProblem } from '../file-notes/file-note.ts';
import type { KeptPagesState } from '../offline/kept-pages.ts';
import type { StorageProblem } from '../offline/storage/indexed-document-storage.ts';
import type { ConnectionStatus, SyncState } from '../tokens.ts';

/** All that decides what a person is told of where their work is. */
export interface SyncSituation {
  readonly connection: ConnectionStatus;
  /** The one that is looked at; null where that is none, or none that is shared. */
  readonly current: {
    readonly path: string;
    readonly state: SyncState;
    /** Null: the file is there, and takes what is saved. */
    readonly file: FileProblem | null;
  } | null;
  /** Of all documents that are open on this page. */
  readonly states: readonly SyncState[];
  readonly keptPages: KeptPagesState;
  readonly storageProblem: StorageProblem | null;
  readonly forks: number;
}

export interface SyncView {
  readonly text: string;
  /** To be looked after by a person, or worth knowing before one closes the page. */
  readonly isWarning: boolean;
  /** Where everything is, a sentence each; the first is the most important. */
  readonly sentences: readonly string[];
}

export function syncView(situation: SyncSituation): SyncView {
  const { text, isWarning } = headline(situation);
  const { forks } = situation;
  return {
    text: forks > 0 ? `${text} · ${forks} to review` : text,
    isWarning: isWarning || forks > 0,
    sentences: [
      documentSentence(situation),
      fileSentence(situation),
      connectionSentence(situation),
      browserSentence(situation),
    ].filter((sentence) => sentence !== ''),
  };
}

const FILE_HEADLINES: Readonly<Record<FileProblem['kind'], string>> = {
  missing: '⚠ File deleted on disk',
  unreadable: '⚠ File cannot be read',
  'not-saved': '⚠ Not in its file',
};

function headline({ connection, current, states }: SyncSituation): { text: string; isWarning: boolean } {
  if (connection.kind === 'outdated') return { text: '⚠ Reload this page', isWarning: true };
  if (current === null) return pageHeadline(connection, states);
  const { state, file } = current;
  switch (state.kind) {
    case 'saved':
    case 'unsaved':
      if (file !== null) return { text: FILE_HEADLINES[file.kind], isWarning: true };
      return { text: state.kind === 'saved' ? 'Saved' : 'Saving…', isWarning: false };
    case 'syncing':
      return { text: 'Syncing…', isWarning: false };
    case 'offline':
      return { text: `⚠ Offline${unsentText(state.unsentChanges)}`, isWarning: true };
    case 'read-only':
      return { text: 'Read-only', isWarning: false };
    case 'failed':
      return { text: `⚠ Cannot be saved${unsentText(state.unsentChanges)}`, isWarning: true };
  }
}

function pageHeadline(
  connection: ConnectionStatus,
  states: readonly SyncState[],
): { text: string; isWarning: boolean } {
  const unsent = unsentIn(states);
  if (states.some(({ kind }) => kind === 'failed'))
    return { text: `⚠ A document cannot be saved${unsentText(unsent)}`, isWarning: true };
  switch (connection.kind) {
    case 'connected':
      return { text: 'Server: connected', isWarning: false };
    case 'connecting':
      return { text: 'Server: connecting…', isWarning: false };
    case 'reconnecting':
    case 'offline':
      return { text: `⚠ Server: not reachable${unsentText(unsent)}`, isWarning: true };
    case 'outdated':
      return { text: '⚠ Reload this page', isWarning: true };
  }
}

function documentSentence({ current, storageProblem }: SyncSituation): string {
  if (current === null) return '';
  const name = `“${current.path}”`;
  const { state } = current;
  const place = storageProblem === null ? 'in this browser' : 'on this page alone';
  switch (state.kind) {
    case 'saved':
    case 'unsaved':
      if (current.file !== null) return `All of ${name} is in the server’s log: nothing of it is lost.`;
      return state.kind === 'saved'
        ? `All of ${name} is in the server’s log and in its file.`
        : `All of ${name} is in the server’s log; the file is written in a moment.`;
    case 'syncing':
      return state.unsentChanges === 0
        ? `What others changed in ${name} is on its way.`
        : `${changes(state.unsentChanges)} of ${name} ${areOnTheirWay(state.unsentChanges)} to the server.`;
    case 'offline':
      return state.unsentChanges === 0
        ? `The server has all of ${name} that was typed here. You can go on; it is kept ${place}.`
        : `${changes(state.unsentChanges)} of ${name} ${areKept(state.unsentChanges)} ${place} until the server is back.`;
    case 'read-only':
      return `You may read ${name} and not change it.`;
    case 'failed':
      return `${name} cannot be saved: ${withPeriod(state.message)} It is tried again${
        state.unsentChanges > 0 ? `; until then, what was typed is kept ${place}` : ''
      }.`;
  }
}

function fileSentence({ current }: SyncSituation): string {
  const file = current?.file ?? null;
  if (file === null) return '';
  switch (file.kind) {
    case 'missing':
      return 'Its file was deleted on disk. Save to put it back.';
    case 'unreadable':
      return `Its file cannot be read (${file.message}). It stays as it is until it can be read again, or somebody saves over it.`;
    case 'not-saved':
      return file.message;
  }
}

function connectionSentence({ connection }: SyncSituation): string {
  switch (connection.kind) {
    case 'connected':
      // As the item said before there were documents: what people look for when a cell runs long.
      return 'In the Loop answers. What kernels print is kept on the server.';
    case 'connecting':
      return 'This page is being connected to the server.';
    case 'reconnecting':
      return `The server has not answered since ${connection.since.toLocaleTimeString()}. It is tried again by itself.`;
    case 'offline':
      return `This computer has had no network since ${connection.since.toLocaleTimeString()}. What you do is sent once it has.`;
    case 'outdated':
      return 'The server was upgraded, and this page is too old to speak with it. Reload the page; what you typed is kept.';
  }
}

function browserSentence({ keptPages, storageProblem }: SyncSituation): string {
  if (storageProblem?.kind === 'full')
    return 'This browser has no more room: what the server does not have yet is lost when you close this page.';
  if (storageProblem?.kind === 'not-allowed')
    return `This browser keeps nothing for this site (${storageProblem.reason}): what the server does not have yet is lost when you close this page.`;
  switch (keptPages.kind) {
    case 'kept':
      return 'JupyterLab opens in this browser without the server, too.';
    case 'preparing':
      return 'What JupyterLab needs to open without the server is being kept; until then, do not close this page while offline.';
    case 'insecure':
      return 'JupyterLab does not open without the server here: browsers allow that on https and on localhost only. What you type is kept in this browser all the same.';
    case 'not-allowed':
      return `JupyterLab does not open without the server: this browser does not allow it (${keptPages.reason}).`;
    case 'failed':
      return `Keeping JupyterLab for times without the server failed (${keptPages.reason}).`;
  }
}

function unsentIn(states: readonly SyncState[]): number {
  return states.reduce((sum, state) => sum + ('unsentChanges' in state ? state.unsentChanges : 0), 0);
}

export function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

function unsentText(count: number): string {
  return count === 0 ? '' : `: ${count} unsent ${count === 1 ? 'change' : 'changes'}`;
}

function areOnTheirWay(count: number): string {
  return count === 1 ? 'is on its way' : 'are on their way';
}

function areKept(count: number): string {
  return count === 1 ? 'is kept' : 'are kept';
}

function withPeriod(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
