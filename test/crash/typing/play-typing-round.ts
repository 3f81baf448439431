import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkLink } from '../../browser/network-link.ts';
import { sendOk } from '../../servers/http.ts';
import type { CrashSite } from '../matrix/crash-site.ts';
import { PageTypist } from './page-typist.ts';
import { TabTypist } from './tab-typist.ts';
import type { Typist } from './typist.ts';
import { LINES } from './typist.ts';
import type { TypingPlan } from './typing-plan.ts';
import { endsServer } from './typing-plan.ts';

/** Until all copies are what they must be. */
const PATIENCE = 60_000;
/** So much each must have seen of the other before anything is killed. */
const SEEN_FIRST = 20;
/** Typed on after the kill, in ms. */
const GOES_ON = 600;
const TYPING_WINDOW = 1_500;
const SAVE_WINDOW = 150;
const OFFLINE_MS = 300;
const RECONNECT_WINDOW = 400;
/** So much that a save takes a moment in which it can be hit. */
const BALLAST = 'x'.repeat(1_500_000);

export interface TypingResult {
  readonly plan: TypingPlan;
  /** Something was typed that the file had not when the victim was killed. */
  readonly wasInFlight: boolean;
  /** What must not be; none, if all is well. */
  readonly faults: readonly string[];
  /** Letters, by both. */
  readonly typed: number;
  /** Letters of a person whose tab or browser was killed, that nobody had seen and nothing has. */
  readonly lostWithVictim: number;
}

interface Cell {
  readonly id: string;
  readonly source: string | readonly string[];
}

/** One round on a site that others have played on before. @throws what kept it from being played at all */
export async function playTypingRound(plan: TypingPlan, site: CrashSite): Promise<TypingResult> {
  const { number, pace } = plan;
  const path = `typing-${number}.ipynb`;
  writeFileSync(site.inRoot(path), JSON.stringify(notebookOf(plan)));
  const needsTab = plan.victim === 'tab' || plan.victim === 'browser';
  const profile = needsTab ? mkdtempSync(join(tmpdir(), 'typing-')) : null;
  const server = () => site.server;
  const ben = new PageTypist(1, path, { pace, server });
  const page = needsTab ? null : new PageTypist(0, path, { pace, server });
  const tab =
    profile === null ? null : new TabTypist(profile, await NetworkLink.to(site.server.origin), path);
  const ada = tab ?? (page as PageTypist);
  try {
    await Promise.all([ben.open(), page?.open(), tab?.open(site.server.token)]);
    ada.begin();
    ben.begin();
    const seen = (): string => textIn(ben.shown(), 0) ?? '';
    await until(() => Promise.resolve(seen().length >= SEEN_FIRST), 'sight of what is typed');
    await reach(plan, ada, ben);
    const before = seen();
    const written = textIn(linesOf(onDisk(site, path)), 0) ?? '';
    const wasInFlight = written.length < ada.typed.length;
    await kill(plan, site, tab);
    await sleep(GOES_ON);
    if (endsServer(plan.victim)) {
      await sleep(plan.absence);
      await site.startAgain();
    }
    await site.answers();
    await Promise.all([ada.stop(), ben.stop()]);
    await Promise.all([page?.open(), ben.open()]);
    tab?.reconnect();
    if (tab !== null) await tab.open(site.server.token);
    const { faults, lost } = await judge({ site, path, ada, ben, before, isKilled: needsTab });
    return {
      ...{ plan, wasInFlight, faults },
      typed: ada.typed.length + ben.typed.length,
      lostWithVictim: lost,
    };
  } finally {
    await Promise.all([ada.close(), ben.close()]);
    if (profile !== null) rmSync(profile, { recursive: true, force: true });
  }
}

async function reach({ moment, at }: TypingPlan, ada: Typist, ben: PageTypist): Promise<void> {
  switch (moment) {
    case 'while typing':
      return sleep(at * TYPING_WINDOW);
    case 'during a save':
      ben.save();
      return sleep(at * SAVE_WINDOW);
    case 'while reconnecting':
      ada.cutOff();
      await sleep(OFFLINE_MS);
      ada.reconnect();
      return sleep(at * RECONNECT_WINDOW);
  }
}

/** SIGKILL from outside, by process id. */
async function kill({ victim }: TypingPlan, site: CrashSite, tab: TabTypist | null): Promise<void> {
  if (endsServer(victim)) site.killServer();
  if (victim.includes('supervisor')) site.killSupervisor();
  if (victim === 'tab') await tab?.killTab();
  if (victim === 'browser') await tab?.killBrowser();
}

/** All copies must become the same: whatever was typed by one who lives on, and what of the other anybody had seen. */
async function judge(of: {
  readonly site: CrashSite;
  readonly path: string;
  readonly ada: Typist;
  readonly ben: PageTypist;
  /** What ben saw of ada when the victim was killed. */
  readonly before: string;
  readonly isKilled: boolean;
}): Promise<{ readonly faults: string[]; readonly lost: number }> {
  const { site, path, ada, ben, before, isKilled } = of;
  const copies = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
    const answer = await sendOk(site.server, { path: `/api/contents/${path}?content=1` });
    return new Map([
      ['ada', await ada.lines()],
      ['ben', await ben.lines()],
      ['GET', linesOf(answer.json<{ content: { cells: Cell[] } }>().content.cells)],
      ['the file', linesOf(onDisk(site, path))],
    ]);
  };
  const faultsNow = async (): Promise<string[]> => {
    const faults: string[] = [];
    const all = await copies();
    const [first] = all.values();
    for (const [where, lines] of all) {
      if (JSON.stringify(lines) !== JSON.stringify(first)) faults.push(`${where} is not the same as ada's`);
      const [hers, his] = [textIn(lines, 0), textIn(lines, 1)];
      if (his !== ben.typed) faults.push(`${where} has of ben ${differenceOf(his, ben.typed)}`);
      const must = isKilled ? before : ada.typed;
      if (hers?.startsWith(must) !== true || !ada.typed.startsWith(hers))
        faults.push(`${where} has of ada ${differenceOf(hers, must)}`);
      if (lines.length !== 2) faults.push(`${where} has ${lines.length} lines`);
    }
    return faults;
  };
  let faults: string[] = [];
  await until(async () => (faults = await faultsNow()).length === 0, '').catch(() => undefined);
  const kept = textIn(await ben.lines(), 0) ?? '';
  return { faults, lost: isKilled ? ada.typed.length - kept.length : 0 };
}

function differenceOf(found: string | null, expected: string): string {
  if (found === null) return 'no line, or several';
  let same = 0;
  while (same < found.length && found[same] === expected[same]) same += 1;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, same - 12), same + 24));
  return `${found.length} letters, and not ${expected.length}; ${around(found)} for ${around(expected)}`;
}

/** What somebody typed into their line; null where there is not one such line. */
function textIn(lines: readonly string[], who: 0 | 1): string | null {
  const found = lines.filter((line) => line.startsWith(LINES[who]));
  return found.length === 1 ? (found[0] as string).slice(LINES[who].length) : null;
}

function onDisk(site: CrashSite, path: string): Cell[] {
  return (JSON.parse(readFileSync(site.inRoot(path), 'utf8')) as { cells: Cell[] }).cells;
}

function linesOf(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ source }) => (typeof source === 'string' ? source : source.join('')).split('\n'));
}

function notebookOf({ isOneCell, moment }: TypingPlan): object {
  const cell = (id: string, source: string): object => ({
    ...{ id, cell_type: 'code', source, metadata: {} },
    ...{ outputs: [], execution_count: null },
  });
  return {
    cells: isOneCell ? [cell('both', LINES.join('\n'))] : LINES.map((line, at) => cell(`of-${at}`, line)),
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' },
      ...(moment === 'during a save' && { ballast: BALLAST }),
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; !(await holds()); await sleep(50))
    if (Date.now() > end) throw new Error(`no ${what} in ${PATIENCE} ms`);
}
