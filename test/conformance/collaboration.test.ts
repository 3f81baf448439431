import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../servers/http.ts';
import { codeCell, notebookOf } from '../servers/stock-page.ts';
import { ourCollaboration, stockCollaboration } from './both-servers.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';
import { startServerPair } from './server-pair.ts';

/** Requests to jupyter-collaboration's own server and to ours in its place; rooms are in collaboration-rooms.test.ts. */
const pair = startServerPair(
  ({ folders }) => {
    const notebook = JSON.stringify(notebookOf(codeCell('a', '1')));
    mkdirSync(join(folders.root, 'folder'));
    writeFileSync(join(folders.root, 'folder', 'ünï #%25.ipynb'), notebook);
    writeFileSync(join(folders.root, 'n.ipynb'), notebook);
    writeFileSync(join(folders.root, 'a.txt'), 'one\n');
  },
  {},
  { stock: stockCollaboration, ours: ourCollaboration },
);
const NOTEBOOK = { format: 'json', type: 'notebook' };
const TEXT = { format: 'text', type: 'file' };
const remember =
  (name: string) =>
  (answer: HttpAnswer): Record<string, string> => ({ [name]: answer.json<{ fileId: string }>().fileId });
const session = (path: string, body: unknown, more: Partial<RequestRow> = {}): RequestRow => ({
  method: 'PUT',
  path: `/api/collaboration/session/${path}`,
  body,
  // Of the server's process there, of the document's history here.
  ignore: ['sessionId'],
  ...more,
});
const refused = (message: string): Deviation => ({
  because: 'what is wrong with a request is said; jupyter-collaboration fails over it',
  ours: { status: 400, reason: 'Bad Request', body: { message, reason: null } },
});
const ANOTHER: Deviation = {
  because: 'what cannot be shared now is looked at anew each time',
  ours: { status: 201, reason: 'Created' },
};

compareRequests('sessions of documents', pair, [
  session('a.txt', TEXT, { remember: remember('text') }),
  session('a.txt', TEXT, { note: 'again' }),
  session('a.txt', NOTEBOOK, {
    note: 'as another kind',
    deviation: {
      because:
        'an id is that of one shared document; there it is the file’s, and two documents may overwrite it',
      ours: { ...ANOTHER.ours, body: { ...NOTEBOOK, fileId: '<uuid>', sessionId: '<ignored>' } },
    },
  }),
  session('folder/%C3%BCn%C3%AF%20%23%2525.ipynb', NOTEBOOK, { remember: remember('odd') }),
  session('folder%2F%C3%BCn%C3%AF%20%23%2525.ipynb', NOTEBOOK, { note: 'as the client encodes it' }),
  session('n.ipynb', NOTEBOOK, { remember: remember('notebook') }),
  session('none.ipynb', NOTEBOOK),
  session('none.ipynb', NOTEBOOK, { note: 'again', deviation: ANOTHER }),
  session('folder', TEXT),
  session(
    'a.txt',
    { format: 'text' },
    { note: 'no type', deviation: refused('A session takes a format and a type') },
  ),
  session('a.txt', undefined, { note: 'no body', deviation: refused('A session takes a format and a type') }),
  session('a.txt', '{', { note: 'broken JSON', deviation: refused('Invalid JSON in body of request') }),
  session('a.txt', TEXT, { auth: 'none', note: 'without a token' }),
  { path: '/api/collaboration/session/a.txt' },
  { method: 'POST', path: '/api/collaboration/session/a.txt', body: TEXT },
]);

const UNDO_REDO = refused('Undo and redo take an action, steps and a forkRoom');
const info = { synchronize: false, title: 'Mine', description: 'tried' };
compareRequests('forks and timelines of what is not open', pair, [
  { path: '/api/collaboration/fork/text:file:none' },
  { method: 'PUT', path: '/api/collaboration/fork/text:file:none', body: info },
  { method: 'DELETE', path: '/api/collaboration/fork/none?merge=true' },
  { path: '/api/collaboration/timeline/none.ipynb?format=json&&type=notebook' },
  { method: 'PUT', path: '/api/collaboration/undo_redo/none?action=undo&&steps=1&&forkRoom=none' },
  {
    method: 'PUT',
    path: '/api/collaboration/undo_redo/none',
    deviation: {
      because: UNDO_REDO.because,
      // Without CORS headers, which nobody reads there.
      ours: { ...UNDO_REDO.ours, 'header access-control-allow-origin': undefined },
    },
  },
]);
