import { existsSync } from 'node:fs';
import { findJupyterPaths } from '../find-jupyter-paths.ts';
import { CommandError } from './command-error.ts';
import { environmentFindings } from './doctor/environment-findings.ts';
import { broken, findingText } from './doctor/finding.ts';
import type { Finding } from './doctor/finding.ts';
import { kernelspecFindings } from './doctor/kernelspec-findings.ts';
import { lifetimeFindings } from './doctor/lifetime-findings.ts';
import { portFinding, runtimeFinding } from './doctor/network-findings.ts';
import { placeFindings } from './doctor/place-findings.ts';
import { pyodideFindings } from './doctor/pyodide-findings.ts';
import { stateFindings } from './doctor/state-findings.ts';
import { supervisorFindings } from './doctor/supervisor-findings.ts';
import { readSurroundings } from './doctor/surroundings.ts';
import { verifyFindings } from './doctor/verify-findings.ts';
import type { Environment } from './environment-options.ts';
import { findPrefix } from './find-prefix.ts';
import { logLines } from './log-command.ts';
import { eventLogDirectory } from './open-event-log.ts';
import type { Options } from './options.ts';
import { readRunningServer } from './running-server.ts';
import { placesSettings } from './places-settings.ts';
import { pyodideSettings } from './pyodide-settings.ts';
import { DEFAULT_PORT, rootDirectoryOf } from './serve-settings.ts';
import { stateDirectoryOf } from './state-directory.ts';

/**
 * Prints what was looked at, by topic; the exit code is 1 if anything is broken. Changes nothing.
 * @param verify reads every event of the log, which takes as long as the log is large
 */
export async function doctor(options: Options, environment: Environment, verify: boolean): Promise<number> {
  const root = rootDirectoryOf(options);
  const state = stateDirectoryOf(options.state, root, environment);
  const running = readRunningServer(state);
  const supervisor = await supervisorFindings(state, environment);
  const surroundings = await readSurroundings(supervisor.pid ?? running?.pid ?? process.pid, environment);
  const ip = options.ip ?? '127.0.0.1';
  const topics: [string, readonly Finding[]][] = [
    ...(await environmentTopics(options, environment)),
    [`State of ${root}`, await stateFindings(state, environment)],
    ['Supervisor of kernels and terminals', [...supervisor.findings, ...lifetimeFindings(surroundings)]],
    ['Places', await placeFindings(state, await placesSettings(options.places), running?.url ?? null)],
    ...(verify && existsSync(eventLogDirectory(state))
      ? ([['Every event of the log', await verified(state)]] satisfies [string, Finding[]][])
      : []),
    ['Network', [await portFinding(ip, options.port ?? DEFAULT_PORT, running !== null)]],
  ];
  for (const [topic, findings] of topics) {
    process.stdout.write(`${topic}\n${findings.map(findingText).join('')}`);
  }
  const bad = topics
    .flatMap(([, findings]) => findings)
    .filter((finding) => finding.state === 'broken').length;
  process.stdout.write(
    bad === 0 ? 'All is well.\n' : `${bad} ${bad === 1 ? 'thing needs' : 'things need'} attention.\n`,
  );
  return bad === 0 ? 0 : 1;
}

/** On a terminal the number of events read so far stands there meanwhile. */
async function verified(state: string): Promise<Finding[]> {
  const { stderr } = process;
  const show = (text: string): boolean => stderr.isTTY && stderr.write(`\r\u001b[K${text}`);
  const findings = await verifyFindings(logLines(state, { ask: 'verify' }), (events) =>
    show(`${events.toLocaleString('en')} events of the log read`),
  );
  show('');
  return findings;
}

async function environmentTopics(options: Options, environment: Environment): Promise<[string, Finding[]][]> {
  try {
    const prefix = findPrefix(options.prefix, environment);
    const paths = findJupyterPaths(prefix, environment);
    return [
      ['Environment', [...environmentFindings(prefix), runtimeFinding(paths.runtime)]],
      [
        'Kernels',
        [
          ...(await kernelspecFindings(paths, environment['PATH'] ?? '')),
          ...pyodideFindings(pyodideSettings(options)),
        ],
      ],
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [['Environment', [broken('there is no Python environment to serve', error.message)]]];
  }
}
