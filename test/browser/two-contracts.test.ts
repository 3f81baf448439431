import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { sendOk } from '../servers/http.ts';
import { startOurServer } from '../servers/our-server.ts';
import { RoomClient } from '../servers/room-client.ts';
import { codeCell, notebookOf } from '../servers/stock-page.ts';
import { launchChromium } from './chromium.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

test(
  "our page and a client of jupyter-collaboration's rooms are in one document",
  { timeout: 60_000 },
  async () => {
    const server = await startOurServer({ args: ['--collaboration', 'on'] });
    const browser = await launchChromium();
    let client: RoomClient | null = null;
    try {
      const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
      const cells = [
        codeCell('one', 'typed'),
        codeCell('two', ''),
        codeCell('three', 'print("by the", "client")'),
      ];
      const notebook = { ...notebookOf(...cells), metadata: { kernelspec } };
      writeFileSync(join(server.folders.root, 'n.ipynb'), JSON.stringify(notebook));
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(`${server.origin}/lab/tree/n.ipynb?token=${server.token}&reset`);
      const shown = new NotebookWidget(page);
      await shown.idle();

      const asked = await sendOk(server, {
        method: 'PUT',
        path: '/api/collaboration/session/n.ipynb',
        body: { format: 'json', type: 'notebook' },
      });
      const { fileId, sessionId } = asked.json<{ fileId: string; sessionId: string }>();
      const roomId = `json:notebook:${fileId}`;
      const room = `${server.origin.replace('http', 'ws')}/api/collaboration/room/${roomId}?sessionId=${sessionId}`;
      const joined = new RoomClient(room, undefined, { authorization: `token ${server.token}` });
      client = joined;
      await joined.synced;
      const outputs = (index: number): string =>
        JSON.stringify(
          joined.doc.getArray<Y.Map<Y.Array<unknown>>>('cells').get(index).get('outputs')?.toJSON(),
        );

      await shown.cell(0).locator('.cm-content').click();
      await page.keyboard.press('ControlOrMeta+End');
      await page.keyboard.type(' in the page');
      await joined.until(() => joined.sources[0] === 'typed in the page');
      joined.source(0).insert(0, 'also by the client, ');
      await shown.cell(0).getByText('also by the client, typed in the page').waitFor();

      await shown.run(1, 'print("by the", "page")');
      await joined.until(() => outputs(1).includes('by the page'));
      const sessions = (await sendOk(server, { path: '/api/sessions' })).json<{ kernel: { id: string } }[]>();
      const path = `/api/kernels/${sessions[0]?.kernel.id}/execute`;
      await sendOk(server, { method: 'POST', path, body: { cell_id: 'three', document_id: roomId } });
      await shown.output(2).getByText('by the client').waitFor();
      await joined.until(() => outputs(2).includes('by the client'));

      joined.awareness.setLocalState({ user: { name: 'Grace Hopper', username: 'grace' } });
      await joined.until(() => joined.awareness.getStates().size > 1);
      await shoot(page, 'two-contracts');

      // As the server notes it of a document whose history was damaged.
      joined.doc.getMap('state').set('restarted', { time: '2026-11-21T10:00:00.000Z' });
      const notice = page.getByText('The history of this document was damaged');
      await notice.waitFor();
      await shoot(page, 'two-contracts-restarted');
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await notice.waitFor({ state: 'hidden' });
      expect(await joined.save()).toBe('success');
    } finally {
      await client?.close();
      await browser.close();
      await server.close();
    }
  },
);
