import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { contrast } from './contrast.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const NOTEBOOK = 'shared.ipynb';
const SOON = { timeout: 15_000 };
const ADA = 'Ada Lovelace';
const BARBARA = 'Barbara Liskov';
const code = (id: string, source: string) => ({
  id,
  cell_type: 'code',
  execution_count: null,
  metadata: {},
  outputs: [],
  source,
});
const kernelspec = { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' };
const cells = [
  ...['first', 'second', 'third'].map((id) => code(id, `# ${id}`)),
  ...Array.from({ length: 40 }, (_, index) => code(`more-${index}`, `${index}\n`.repeat(4))),
  code('last', '# last'),
];

/** All that the server has written, but for its programs' own. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

describe('people who have one notebook open', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let ada: Page;
  let barbara: Page;

  /** A browser of somebody's own, signed in, who has said their name. */
  async function person(name: string, options = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    context.setDefaultTimeout(20_000);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { request } = context;
    // As a browser asks: programs that bring the token are one and the same person.
    const headers = { accept: 'text/html' };
    await request.get(`${server.origin}/lab?token=${server.token}`, { headers });
    const xsrf = (await context.cookies()).find((cookie) => cookie.name === '_xsrf')?.value ?? '';
    const answer = await request.patch(`${server.origin}/api/me`, {
      headers: { 'X-XSRFToken': xsrf },
      data: { name, display_name: name },
    });
    expect(answer.status()).toBe(200);
    heard.listenTo(context);
    return context;
  }

  async function open(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${server.origin}${path}`);
    await page.locator('.jp-Notebook-cell').first().waitFor();
    return page;
  }

  const avatarOf = (page: Page, name: string) => page.getByRole('button', { name: `Go to ${name}` });
  const showPeople = (page: Page) => page.locator('.lm-TabBar-tab[data-id="in-the-loop-people"]').click();
  const rowOf = (page: Page, name: string) =>
    page.getByRole('region', { name: 'People' }).getByRole('listitem').filter({ hasText: name }).first();

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', 'on'] });
    writeFileSync(
      join(server.folders.root, NOTEBOOK),
      JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
    );
    browser = await launchChromium();
    ada = await open(await person(ADA), `/lab/tree/${NOTEBOOK}`);
    barbara = await open(await person(BARBARA), `/lab/tree/${NOTEBOOK}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('see each other in the toolbar, beside the file, and in the list', async () => {
    await avatarOf(ada, BARBARA).waitFor();
    await avatarOf(barbara, ADA).waitFor();
    const listed = new LabPage(barbara).file(NOTEBOOK);
    await listed.getByRole('img', { name: `1 person is here: ${ADA}` }).waitFor();
    await showPeople(barbara);
    await rowOf(barbara, `${BARBARA} (you)`).waitFor();
    await rowOf(barbara, ADA).getByText(`${NOTEBOOK} · cell 1`).waitFor();
    for (const text of ['A', 'B'])
      expect(await contrast(barbara.locator('.itl-Avatar', { hasText: text }).first())).toBeGreaterThan(4.5);
  });

  test('see where the other types, with a name that goes away, and what the other selects', async () => {
    await new NotebookWidget(ada).cell(1).locator('.cm-content').click();
    await ada.keyboard.press('End');
    await ada.keyboard.type(' from Ada');
    const cell = new NotebookWidget(barbara).cell(1);
    await cell.getByText('from Ada').waitFor();
    await cell.locator('.itl-RemoteCaret').waitFor();
    const name = barbara.locator('.itl-RemoteName', { hasText: ADA });
    await name.waitFor();
    await shoot(barbara, 'people-cursor');
    expect(await ada.locator('.itl-RemoteCaret').count()).toBe(0);
    expect(await contrast(name)).toBeGreaterThanOrEqual(4.5);
    await cell.locator('.itl-CellMark-name', { hasText: ADA }).waitFor();
    await name.waitFor({ state: 'detached' });
    await ada.keyboard.press('Shift+Home');
    await expect
      .poll(() => cell.locator('.itl-RemoteSelection').allInnerTexts(), SOON)
      .toEqual(['# second from Ada']);
    await ada.keyboard.press('Escape');
    await cell.locator('.itl-RemoteCaret').waitFor({ state: 'detached' });
  });

  test('undo their own text only', async () => {
    await new NotebookWidget(barbara).cell(1).locator('.cm-content').click();
    await barbara.keyboard.press('Home');
    await barbara.keyboard.insertText('Barbara ');
    const shown = new NotebookWidget(ada).cell(1).locator('.cm-content');
    await expect.poll(() => shown.innerText(), SOON).toContain('Barbara # second from Ada');
    await shown.click();
    for (let presses = 0; presses < 4; presses++) await ada.keyboard.press('ControlOrMeta+z');
    const both = [shown, new NotebookWidget(barbara).cell(1).locator('.cm-content')];
    for (const text of both) await expect.poll(() => text.innerText(), SOON).toContain('Barbara # second');
    for (const text of both) expect(await text.innerText()).not.toContain('from Ada');
    await barbara.keyboard.press('ControlOrMeta+z');
    for (const text of both) await expect.poll(() => text.innerText(), SOON).not.toContain('Barbara');
  });

  test('follow another, until they do something themselves', async () => {
    const follow = rowOf(barbara, ADA).getByRole('button', { name: `Follow ${ADA}` });
    await follow.click();
    const notice = barbara.getByRole('button', { name: `Following ${ADA}` });
    await notice.waitFor();
    expect(await follow.getAttribute('aria-pressed')).toBe('true');
    await ada.keyboard.press('Escape');
    await ada.locator('.jp-Notebook').first().press('ControlOrMeta+End');
    await ada.locator('.jp-WindowedPanel-outer').first().hover();
    await ada.mouse.wheel(0, 100_000);
    const last = barbara.locator('.jp-Notebook-cell', { hasText: '# last' });
    await expect
      .poll(() => last.evaluate((element) => element.getBoundingClientRect().top), SOON)
      .toBeLessThan(860);
    await shoot(barbara, 'people-follow');
    await barbara.keyboard.press('Escape');
    await notice.waitFor({ state: 'detached' });
    expect(await follow.getAttribute('aria-pressed')).toBe('false');
  });

  test('choose a name and a colour, which all see at once and after a reload', async () => {
    await rowOf(barbara, BARBARA).getByRole('button', { name: 'Edit your name and colour' }).click();
    const dialog = barbara.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Grace Hopper');
    await dialog.getByRole('radio', { name: 'Teal' }).check();
    await shoot(barbara, 'people-profile');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await avatarOf(ada, 'Grace Hopper').waitFor();
    const avatar = avatarOf(ada, 'Grace Hopper').locator('.itl-Avatar');
    expect(await avatar.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe(
      'rgb(8, 128, 112)',
    );
    expect(await avatar.innerText()).toBe('GH');
    await barbara.reload();
    await barbara.locator('.jp-Notebook-cell').first().waitFor();
    await avatarOf(ada, 'Grace Hopper').waitFor();
    expect(await ada.locator('.itl-Avatars-button').count()).toBe(1);
  });

  test('have nothing to undo after a reload', async () => {
    const notebook = new NotebookWidget(barbara);
    await notebook.cell(0).locator('.cm-content').click();
    await barbara.keyboard.press('ControlOrMeta+z');
    await barbara.keyboard.press('Escape');
    await barbara.keyboard.press('z');
    expect(await notebook.cell(0).locator('.cm-content').innerText()).toBe('# first');
    expect(await notebook.cell(1).locator('.cm-content').innerText()).toContain('# second');
  });

  test.each(['lab', 'notebooks'])(
    'hand each other a link to a cell, without a token (/%s)',
    async (application) => {
      const context = barbara.context();
      const path = application === 'lab' ? '/lab/tree' : '/notebooks';
      const from = application === 'lab' ? barbara : await open(context, `${path}/${NOTEBOOK}`);
      await new NotebookWidget(from).cell(2).locator('.jp-InputPrompt').click({ button: 'right' });
      await from.getByRole('menuitem', { name: 'Copy Link to Cell' }).click();
      await from.getByText('Link to the cell copied').first().waitFor();
      const link = await from.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(`${server.origin}${path}/${NOTEBOOK}#cell-id=third`);
      const page = await context.newPage();
      await page.goto(link.replace('third', 'last'));
      const last = page.locator('.jp-Notebook-cell.jp-mod-active', { hasText: '# last' });
      await last.waitFor({ timeout: 20_000 });
      await expect
        .poll(() => last.evaluate((element) => element.getBoundingClientRect().bottom), SOON)
        .toBeLessThanOrEqual(860);
      await page.close();
    },
  );

  test.each(['/lab/tree', '/notebooks'])('edit, run and read a cell on a phone (%s)', async (path) => {
    const phone = await person('Phone', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const page = await open(phone, `${path}/${NOTEBOOK}`);
    const notebook = new NotebookWidget(page);
    const box = await notebook.root.boundingBox();
    expect(box!.width).toBeGreaterThan(330);
    await notebook.cell(0).locator('.cm-content').tap();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('print("wide " * 400)');
    await notebook.toolbarButton('notebook:run-cell-and-select-next').tap();
    await notebook.output(0).getByText('wide').first().waitFor({ timeout: 30_000 });
    const sideways = await page.evaluate(() => {
      const scrolled = Array.from(document.querySelectorAll('*')).filter(({ scrollLeft }) => scrollLeft > 0);
      return {
        widths: [document.documentElement.scrollWidth, document.body.scrollWidth],
        offset: window.scrollX + (window.visualViewport?.offsetLeft ?? 0),
        scrolled: scrolled.map(({ id, className }) => `${id} ${className}`),
      };
    });
    expect(sideways).toEqual({ widths: [390, 390], offset: 0, scrolled: [] });
    await shoot(page, `people-phone-${path === '/notebooks' ? 'notebook' : 'lab'}`);
    await phone.close();
  });

  test('I8: leave no trace of where they were', async () => {
    await avatarOf(ada, 'Grace Hopper').waitFor();
    const written = filesIn(server.folders.own).map((path) => readFileSync(path));
    expect(written.length).toBeGreaterThan(5);
    for (const trace of ['"cursors"', '"documents":[', 'Grace Hopper', '"place"'])
      expect(
        written.some((content) => content.includes(trace)),
        trace,
      ).toBe(false);
  });

  test('are gone from the others’ pages when they close theirs', async () => {
    await barbara.context().close();
    await avatarOf(ada, 'Grace Hopper').waitFor({ state: 'detached' });
    await showPeople(ada);
    await ada.getByText('1 person is here').waitFor();
  });

  test('make their browsers complain about nothing', () => {
    const others = [
      // Of JupyterLab, in a page that hears of another page's comms with a kernel that both use.
      'console: Comm not found for comm id <id>',
      // Of Notebook 7, without us and on jupyter_server too.
      "uncaught: Cannot read properties of undefined (reading 'schema')",
    ];
    expect(heard.all().filter((complaint) => !others.includes(complaint))).toEqual([]);
  });
});
