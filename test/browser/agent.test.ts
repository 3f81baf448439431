import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { completionWire } from '../doubles/completion-wire.ts';
import { ModelServer, type WireAnswer } from '../doubles/model-server.ts';
import { wireAnswer } from '../doubles/model-wire.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const NOTEBOOK = 'waves.ipynb';
const ADA = 'Ada Lovelace';
const GRACE = 'Grace Hopper';
const wire = completionWire({ isGroq: false });
const cell = (id: string, source: string) => ({
  ...{ id, cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null },
});
const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
const notebook = {
  cells: [cell('first', 'amplitude = 2'), cell('second', 'amplitude * 3')],
  metadata: { kernelspec },
  nbformat: 4,
  nbformat_minor: 5,
};
/** A PNG of one black pixel. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
/** An answer that would have a browser tell somebody else's server something, in all the ways that there are. */
const AWAY = 'https://elsewhere.example/?seen';
const CODE = [
  'Set it first:\n\n```python\namplitude = 4\n```',
  `![plot](${AWAY}=1)`,
  `<img src="${AWAY}=2" srcset="${AWAY}=3 2x" alt="raw"> <video poster="${AWAY}=4"></video>`,
  `<span style="background-image: url(${AWAY}=5)">b</span> <style>@import url(${AWAY}=6);</style>`,
  `$x$ $\\style{background-image: url(${AWAY}=7)}{y}$ $\\require{html}\\style{background: url(${AWAY}=8)}{z}$`,
].join('\n\n');

describe('the assistant', () => {
  const heard = new Complaints();
  const asked: string[] = [];
  /** What the model says next. */
  const answers: WireAnswer[] = [];
  let provider: ModelServer;
  let server: JupyterServerProcess;
  let browser: Browser;
  let ada: Page;
  let grace: Page;

  async function person(name: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    context.setDefaultTimeout(20_000);
    await context.request.get(`${server.origin}/lab?token=${server.token}`, {
      headers: { accept: 'text/html' },
    });
    const xsrf = (await context.cookies()).find((cookie) => cookie.name === '_xsrf')?.value ?? '';
    const data = { name, display_name: name };
    await context.request.patch(`${server.origin}/api/me`, { headers: { 'X-XSRFToken': xsrf }, data });
    heard.listenTo(context);
    const page = await context.newPage();
    await open(page);
    return page;
  }

  /** With the notebook and the assistant beside it. */
  async function open(page: Page): Promise<void> {
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${server.origin}/lab/tree/${NOTEBOOK}`);
    await new NotebookWidget(page).cell(1).waitFor();
    await page.locator('.lm-TabBar-tab[data-id="in-the-loop-assistant"]').click();
    await composer(page).waitFor();
  }

  const assistant = (page: Page) => page.getByRole('region', { name: 'Assistant', exact: true });
  const composer = (page: Page) => assistant(page).getByRole('combobox', { name: 'Your question' });
  const press = (page: Page, name: string) =>
    assistant(page).getByRole('button', { name, exact: true }).last().click();
  const says = (page: Page, text: string | RegExp) => assistant(page).getByText(text).last().waitFor();
  const isOver = (page: Page) =>
    assistant(page).getByRole('article').last().getByRole('button', { name: 'Copy the answer' }).waitFor();
  const source = (page: Page, index: number) =>
    new NotebookWidget(page).cell(index).locator('.jp-InputArea-editor .cm-content');

  async function ask(page: Page, text: string): Promise<void> {
    await composer(page).fill(text);
    await composer(page).press('Enter');
  }

  /** The model begins, and goes on once the test says so. */
  function gatedAnswer(text: readonly string[], after: number): () => void {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    answers.push({ headers: wire.headers, frames: wire.frames({ text }), gate: { after, opened } });
    return resolve;
  }

  beforeAll(async () => {
    provider = await ModelServer.start();
    const models = {
      headers: { 'content-type': 'application/json' },
      frames: ['{"data":[{"id":"gpt-5.1"}]}'],
    };
    const unforeseen = { status: 500, frames: ['the test wrote down no answer'] };
    provider.answerAlways(({ path }) =>
      path.endsWith('/models') ? models : (answers.shift() ?? unforeseen),
    );
    server = await startOurServer({
      args: ['--collaboration', 'on'],
      environment: {
        OPENAI_API_KEY: 'sk-only-here',
        OPENAI_BASE_URL: `${provider.url}/v1`,
        OLLAMA_HOST: '127.0.0.1:1',
      },
    });
    writeFileSync(join(server.folders.root, NOTEBOOK), JSON.stringify(notebook));
    browser = await launchChromium();
    ada = await person(ADA);
    grace = await person(GRACE);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await provider?.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await shoot(ada, `${task.name} Ada`);
    await shoot(grace, `${task.name} Grace`);
  });

  test('answers word by word, for everybody who looks; a tab that is closed in the middle misses nothing', async () => {
    const goOn = gatedAnswer(['Because ', 'the amplitude ', 'is two.'], 3);
    await ask(ada, 'Why is it six?');
    await says(ada, 'Because the amplitude');
    await says(grace, 'Because the amplitude');
    await assistant(grace).getByText(ADA).first().waitFor();
    const context = ada.context();
    await ada.close();
    goOn();
    await says(grace, 'Because the amplitude is two.');
    await isOver(grace);
    ada = await context.newPage();
    await open(ada);
    await says(ada, 'Because the amplitude is two.');
    await isOver(ada);
  });

  test('writes code that can be put into the notebook, and loads no picture from elsewhere unasked', async () => {
    answers.push(wireAnswer(wire, { text: [CODE] }));
    await source(ada, 1).click();
    await ask(ada, 'Make it more.');
    await isOver(ada);
    await press(ada, 'Insert below');
    await expect.poll(() => source(grace, 2).innerText()).toBe('amplitude = 4');
    await assistant(ada).getByRole('button', { name: 'Show the picture plot' }).waitFor();
    await assistant(ada).getByRole('button', { name: 'Show the picture raw' }).waitFor();
    await assistant(ada).locator('mjx-container').last().waitFor();
    expect(asked.filter((url) => url.includes('elsewhere.example'))).toEqual([]);
  });

  test('changes a cell once somebody approves, in another browser too, and takes it back', async () => {
    const change = { cell: 'first', old_text: '2', new_text: '5' };
    answers.push(
      wireAnswer(wire, { calls: [{ id: 'call_1', name: 'edit_cell', arguments: change }] }),
      wireAnswer(wire, { text: ['It is five now.'] }),
    );
    await ask(ada, 'Make it five.');
    for (const page of [ada, grace])
      await assistant(page).getByRole('region', { name: 'Change of code cell 1' }).waitFor();
    await shoot(ada, 'agent-approval');
    expect(await source(ada, 0).innerText()).toBe('amplitude = 2');
    const mark = new NotebookWidget(grace).cell(0).getByText(`Assistant (for ${ADA})`);
    await mark.waitFor();
    await new NotebookWidget(grace).cell(0).getByRole('button', { name: 'Approve: Change a cell' }).click();
    await expect.poll(() => source(ada, 0).innerText()).toBe('amplitude = 5');
    await says(ada, 'It is five now.');
    await mark.waitFor({ state: 'hidden' });
    expect(await new NotebookWidget(ada).cell(0).getAttribute('data-itl-agent-changed')).toBe('');
    await assistant(ada).getByText('1 change of a cell').last().click();
    await press(ada, 'Take its changes back');
    await expect.poll(() => source(grace, 0).innerText()).toBe('amplitude = 2');
    await says(grace, `Taken back by ${ADA}.`);
    expect(await new NotebookWidget(ada).cell(0).getAttribute('data-itl-agent-changed')).toBeNull();
  });

  test('leaves no trace of what is rejected, and hears why', async () => {
    answers.push(
      wireAnswer(wire, {
        calls: [{ id: 'call_2', name: 'create_cell', arguments: { source: 'print("no")' } }],
      }),
      wireAnswer(wire, { text: ['Then not.'] }),
    );
    await ask(ada, 'Add a cell.');
    await assistant(ada).getByLabel('What you have to say to the model about it').fill('Not here.');
    await press(ada, 'Reject: Create a cell');
    await says(ada, 'Then not.');
    const last = provider.asked.filter(({ path }) => path.endsWith('/completions')).at(-1);
    expect(wire.spoken(last?.body ?? {}).join('\n')).toContain('Not here.');
    for (const index of [0, 1, 2]) expect(await source(ada, index).innerText()).not.toContain('no');
  });

  test('offers to fix what has failed, runs what is approved, and is stopped', async () => {
    const shown = new NotebookWidget(ada);
    await ada.locator('#jp-main-statusbar').getByText('| Idle').waitFor();
    await shown.runToShow(1, 'amplitude * three', 'NameError');
    const goOn = gatedAnswer(['I look ', 'at it.'], 2);
    answers.unshift(
      wireAnswer(wire, { calls: [{ id: 'call_3', name: 'run_cells', arguments: { cells: ['first'] } }] }),
    );
    await shown.cell(1).getByRole('button', { name: 'Fix this error' }).press('Enter');
    await says(ada, 'Fix the error of @cell:2.');
    await assistant(ada).getByRole('region', { name: 'Runs cell 1' }).waitFor();
    await press(ada, 'Approve: Run cells');
    await expect.poll(() => shown.cell(0).locator('.jp-InputPrompt').innerText()).toMatch(/\[\d+\]/);
    await says(ada, 'I look');
    await press(grace, 'Stop');
    await says(ada, `Stopped by ${GRACE}.`);
    goOn();
  });

  test('is sent the plot that it is asked about', async () => {
    const shown = new NotebookWidget(ada);
    await ada.locator('#jp-main-statusbar').getByText('| Idle').waitFor();
    await shown.run(0, `import base64\nfrom IPython.display import Image\nImage(base64.b64decode("${DOT}"))`);
    await shown.output(0).locator('img').waitFor();
    await shown.cell(0).locator('.jp-InputPrompt').click();
    await ada.keyboard.press('ControlOrMeta+Shift+C');
    await ada.locator('.lm-CommandPalette-input').fill('Ask About Output');
    await ada.keyboard.press('Enter');
    await expect.poll(() => composer(ada).inputValue()).toContain('About the output of @cell:1: ');
    answers.push(wireAnswer(wire, { text: ['It is one dot.'] }));
    await composer(ada).press('End');
    await ada.keyboard.type('what is it?');
    await ada.keyboard.press('Enter');
    await says(ada, 'It is one dot.');
    const last = provider.asked.filter(({ path }) => path.endsWith('/completions')).at(-1);
    expect(JSON.stringify(last?.body)).toContain(`data:image/png;base64,${DOT}`);
  });

  test('keeps conversations by name, and forgets them when told to', async () => {
    await press(ada, 'Conversations');
    await press(ada, 'Rename Why is it six?');
    await assistant(ada).getByLabel('New name of Why is it six?').fill('Waves');
    await ada.keyboard.press('Enter');
    await assistant(grace).getByRole('heading', { name: 'Waves' }).waitFor();
    await press(ada, 'Delete Waves');
    await assistant(ada).getByRole('button', { name: 'Delete', exact: true }).click();
    await assistant(ada).getByText('There are no conversations yet.').waitFor();
    await says(grace, 'The conversation was deleted.');
  });

  test('leaves nothing to complain about, and has told nobody else anything', () => {
    expect(heard.all()).toEqual([]);
    expect(asked.filter((url) => url.includes('elsewhere.example'))).toEqual([]);
  });
});
