import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Environment } from '../environment-options.ts';
import { controlSocketPath } from '../control-socket-path.ts';
import { logLines } from '../log-command.ts';
import { eventLogDirectory } from '../open-event-log.ts';
import { readRunningServer } from '../running-server.ts';
import { refuseNewer } from '../state-directory.ts';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

const LITTLE_SPACE_BYTES = 512 * 1024 * 1024;

/** The state directory and the event log in it, asked of the running server where there is one. */
export async function stateFindings(stateDirectory: string, environment: Environment): Promise<Finding[]> {
  if (!existsSync(stateDirectory)) {
    return [well(`state folder ${stateDirectory}: not made yet, no server has run here`)];
  }
  try {
    refuseNewer(stateDirectory);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [broken('the state folder is of a newer version', error.message)];
  }
  const running = readRunningServer(stateDirectory);
  return [
    ...folderFindings(stateDirectory),
    well(running ? `a server runs here, process ${running.pid}` : 'no server runs here'),
    await logFinding(stateDirectory),
    ...sizeFindings(stateDirectory),
    controlSocketPath(stateDirectory, environment) === null
      ? unusual(
          'there is no folder for the control socket: `in-the-loop log` cannot ask a running server',
          'Set XDG_RUNTIME_DIR to a short folder that is yours alone.',
        )
      : well('the control socket has a place'),
  ];
}

function folderFindings(stateDirectory: string): Finding[] {
  const { mode, uid } = statSync(stateDirectory);
  const megabytes = (folderSize(stateDirectory) / 1e6).toFixed(1);
  const { bavail, bsize } = statfsSync(stateDirectory);
  const findings = [well(`state folder ${stateDirectory}, ${megabytes} MB`)];
  if (uid !== process.geteuid?.()) {
    findings.push(broken('the state folder belongs to somebody else', `chown -R "$USER" ${stateDirectory}`));
  }
  if ((mode & 0o077) !== 0) {
    findings.push(
      broken('others can enter the state folder, which holds secrets', `chmod 700 ${stateDirectory}`),
    );
  }
  if (bavail * bsize < LITTLE_SPACE_BYTES) {
    findings.push(
      broken('the disk of the state folder is almost full', 'Make room, or move it with --state.'),
    );
  }
  return findings;
}

async function logFinding(stateDirectory: string): Promise<Finding> {
  if (!existsSync(eventLogDirectory(stateDirectory))) return well('the event log is not made yet');
  let streams = 0;
  let events = 0;
  try {
    for await (const line of logLines(stateDirectory, { ask: 'streams' })) {
      streams += 1;
      events += (JSON.parse(line) as { lastSequence: number }).lastSequence;
    }
    return well(`the event log opens: ${events} events in ${streams} streams`);
  } catch (error) {
    return broken('the event log cannot be read', (error as Error).message);
  }
}

/** What takes the room: each has a bound of its own, but for texts that notebooks link to. */
function sizeFindings(stateDirectory: string): Finding[] {
  const sizes = [
    ['events', 'what kernels said (--log-size, --log-age)'],
    ['texts', 'what cells printed beyond what their notebooks show'],
    ['runs', 'outputs of runs'],
    ['blobs', 'earlier versions of files (--versions-size)'],
  ].flatMap(([name = '', what]) => {
    const folder = join(stateDirectory, name);
    return existsSync(folder) ? [`${name} ${(folderSize(folder) / 1e6).toFixed(1)} MB, ${what}`] : [];
  });
  return sizes.map((size) => well(size));
}

function folderSize(folder: string): number {
  let size = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      size += statSync(join(entry.parentPath, entry.name)).size;
    } catch {
      // LevelDB removes files at any time.
    }
  }
  return size;
}
