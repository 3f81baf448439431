import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendOk } from '../../servers/http.ts';
import { loggedEvents } from '../../servers/log-command.ts';
import type { LoggedEvent } from '../../servers/log-command.ts';
import { KernelSocket } from '../../servers/kernel-socket.ts';
import { checkNotebook } from './check-notebook.ts';
import type { Expected } from './crash-client.ts';
import type { Notebook } from './crash-notebook.ts';
import { notebookName } from './crash-notebook.ts';
import type { CrashSite } from './crash-site.ts';
import type { TabBrowser } from './lab-client.ts';
import { LabClient } from './lab-client.ts';
import { kill } from './kill.ts';
import { loggedRun, silences } from './logged-run.ts';
import type { LoggedRun } from './logged-run.ts';
import { judgeLostLines } from './lost-lines.ts';
import type { NotebookValidator } from './notebook-validator.ts';
import { linesOfOutputs, NUMBERED, notesOf } from './numbered-cell.ts';
import { reachMoment } from './reach-moment.ts';
import type { RoundPlan } from './round-plan.ts';
import { needsBrowser } from './round-plan.ts';
import type { RoundResult } from './round-result.ts';
import { SocketClient } from './socket-client.ts';

/** Until a cell that was asked for has an answer. */
const PATIENCE = 60_000;
/** Until the outputs that the log has are in the file: on a busy machine the server writes no more than once a minute. */
const FOLDING_LIMIT = 90_000;
const BYTES_BESIDES_NUMBERS = 'line :\n'.length;

const readNotebook = (site: CrashSite, number: number): Notebook =>
  JSON.parse(readFileSync(site.inRoot(notebookName(number)), 'utf8')) as Notebook;

function linesOnDisk(site: CrashSite, number: number): number[] {
  const cell = readNotebook(site, number).cells.find(({ id }) => id === NUMBERED);
  return linesOfOutputs(cell?.outputs ?? [], number);
}

/** Plays one round on a site that others have played on before. @throws what kept it from being played at all */
export async function playRound(
  plan: RoundPlan,
  tools: { readonly site: CrashSite; readonly browser: TabBrowser; readonly validator: NotebookValidator },
): Promise<RoundResult> {
  const { site, browser, validator } = tools;
  const { number, victim } = plan;
  const notes = notesOf(number);
  const tab = needsBrowser(victim) ? new LabClient(site, plan, browser) : null;
  const tabless = tab === null ? new SocketClient(site, plan) : null;
  const client = tab ?? (tabless as SocketClient);
  await client.open();
  const kernelPid = Number(site.noted(notes.pid)[0]);

  const { window, reached } = await reachMoment(plan, site, client);
  await sleep(plan.at * window);
  const isRunning = site.noted(notes.ended).length === 0;
  const isUnsaved = linesOnDisk(site, number).length !== plan.lines;
  const wasInFlight = isRunning || isUnsaved || client.isWaiting;
  const killedAt = Date.now();
  await kill(plan, { site, kernelPid, browser: tab });

  if (victim.includes('server')) {
    await sleep(plan.absence);
    await site.startAgain();
  }
  await site.answers();
  await client.recover();

  const events = await untilAnswered(site, client.kernelId, number);
  const run = loggedRun(events, number);
  const faults: string[] = [];
  if (run?.hasReply === false) faults.push('the run has no end');
  const began = site.noted(notes.began).length;
  const said = site.noted(notes.said).map((note) => {
    const [line, time] = note.split(' ').map(Number) as [number, number];
    return { line, time: time * 1_000 };
  });
  const mayLoseRequest = victim === 'kernel' || victim.includes('supervisor');
  const isRequestLost = run !== null && began === 0;
  if (began > 1 || (run === null && began > 0) || (isRequestLost && !mayLoseRequest))
    faults.push(`the cell ran ${began} times, and was ${run === null ? 'not ' : ''}recorded`);
  if (victim !== 'kernel' && began > 0 && said.length < plan.lines)
    faults.push(`the kernel printed ${said.length} of ${plan.lines} lines`);
  const { lost, faults: lossFaults } = judgeLostLines(plan, {
    said,
    logged: run?.lines ?? [],
    killedAt,
    silences: silences(events),
  });
  faults.push(...lossFaults);
  if (plan.fails && victim !== 'kernel' && !victim.includes('supervisor') && began > 0)
    if (run?.errors.includes('ValueError') !== true) faults.push('the error of the cell is lost');

  const expected = {
    lines: run?.lines ?? [],
    executionCount: run?.executionCount ?? null,
    isKernelKept: victim !== 'kernel',
    errors: run?.errors ?? [],
  };
  const path = `/api/contents/${notebookName(number)}`;
  const read = async (): Promise<Notebook> =>
    (await sendOk(site.server, { path })).json<{ content: Notebook }>().content;
  const findings = [checkNotebook(await read(), number, expected, 'GET')];
  findings.push(await onDisk('the file'));
  const { attempted = 0, acknowledged = 0 } = tabless ?? {};
  const version = Number(/version (\d+)/.exec(JSON.stringify(readNotebook(site, number)))?.[1]);
  if (!(version >= acknowledged && version <= attempted))
    faults.push(`version ${version} is saved; asked for ${attempted}, acknowledged ${acknowledged}`);
  faults.push(...(await client.check(expected)));
  faults.push(...(await variables(site, client.kernelId, plan, expected, began)));

  // Somebody who comes later, sees all of it and saves.
  const body = { type: 'notebook', format: 'json', content: await read() };
  await sendOk(site.server, { method: 'PUT', path, body });
  findings.push(await onDisk('the file, saved again'));
  const problem = await validator.problemOf(site.inRoot(notebookName(number)));
  if (problem !== null) faults.push(`the file is no notebook: ${problem}`);
  faults.push(...new Set(findings.flatMap((finding) => finding.faults)));

  await client.close();
  await cleanUp(site, number);
  return {
    plan,
    wasInFlight,
    wasReached: reached,
    faults,
    lines: said.length,
    linesLost: lost.length,
    bytesLost: lost.reduce((sum, line) => sum + `${number}${line}`.length + BYTES_BESIDES_NUMBERS, 0),
    isRequestLost,
    cellsMissing: Math.max(...findings.map(({ cellsMissing }) => cellsMissing)),
    cellsDoubled: Math.max(...findings.map(({ cellsDoubled }) => cellsDoubled)),
  };

  async function onDisk(place: string) {
    let found = checkNotebook(readNotebook(site, number), number, expected, place);
    for (
      const until = Date.now() + FOLDING_LIMIT;
      found.faults.length > 0 && Date.now() < until;
      await sleep(50)
    )
      found = checkNotebook(readNotebook(site, number), number, expected, place);
    return found;
  }
}

/** The kernel's stream once the run of the round is over, as far as anybody waits for it. */
async function untilAnswered(site: CrashSite, kernelId: string, number: number): Promise<LoggedEvent[]> {
  for (const until = Date.now() + PATIENCE; ; await sleep(200)) {
    const events = await loggedEvents(site.server, `kernel/${kernelId}`);
    const run: LoggedRun | null = loggedRun(events, number);
    if (run === null || run.hasReply || Date.now() > until) return events;
  }
}

/** What the kernel itself knows: nothing is forgotten, and nothing was run twice. */
async function variables(
  site: CrashSite,
  kernelId: string,
  plan: RoundPlan,
  { isKernelKept }: Expected,
  began: number,
): Promise<string[]> {
  const socket = await KernelSocket.open(site.server, kernelId);
  try {
    const { text } = await socket.execute('print("kept" in dir() and (kept, runs))', PATIENCE);
    const wanted = isKernelKept ? `(${plan.number}, ${began})\n` : 'False\n';
    return text === wanted ? [] : [`the kernel's variables are ${text.trim()}, and not ${wanted.trim()}`];
  } finally {
    await socket.close();
  }
}

async function cleanUp(site: CrashSite, number: number): Promise<void> {
  const sessions = (await sendOk(site.server, { path: '/api/sessions' })).json<{ id: string }[]>();
  for (const { id } of sessions) await sendOk(site.server, { method: 'DELETE', path: `/api/sessions/${id}` });
  await site.noise.end();
  for (const name of Object.values(notesOf(number))) rmSync(site.inRoot(name), { force: true });
}
