import { readdirSync } from 'node:fs';
import { KernelError } from '../../../kernel-bridge/kernel.ts';
import { supervisorStatus } from '../../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { SupervisorStatus } from '../../../kernel-bridge/supervisor/supervisor-status.ts';
import { VERSION } from '../../version.ts';
import type { Environment } from '../environment-options.ts';
import { runningText } from '../running-text.ts';
import { supervisorPlace } from '../supervisor-place.ts';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

const MEGABYTE = 1024 * 1024;

/** The process that holds kernels and terminals, null where none runs, and what there is to say of it. */
export async function supervisorFindings(
  stateDirectory: string,
  environment: Environment,
): Promise<{ readonly pid: number | null; readonly findings: Finding[] }> {
  try {
    const status = await supervisorStatus(supervisorPlace(stateDirectory, environment));
    const findings = status === null ? [well('none runs: there are no kernels')] : statusFindings(status);
    return {
      pid: status?.pid ?? null,
      findings: [...findings, ...strangerFindings(stateDirectory, status?.protocol ?? null)],
    };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const remedy = `supervisor.log in the folder supervisor-* of ${stateDirectory} may say more.`;
    return { pid: null, findings: [broken(`the supervisor cannot be asked: ${error.message}`, remedy)] };
  }
}

export function statusFindings(status: SupervisorStatus): Finding[] {
  const living = status.kernels.filter(({ isOver }) => !isOver);
  const spare = living.filter(({ isSpare }) => isSpare === true).length;
  const peoples = { kernels: living.length - spare, terminals: status.terminals };
  const running = [runningText(peoples) ?? 'nothing', ...(spare === 0 ? [] : [`${spare} warm`])].join(
    ' and ',
  );
  const memory = `${Math.round(status.residentBytes / MEGABYTE)} MB`;
  const server = status.hasOwner ? 'a server is connected' : 'no server is connected';
  return [
    well(`process ${status.pid} holds ${running}; ${server}; it takes ${memory}`),
    status.program === VERSION
      ? well(`it is of version ${status.program}`)
      : unusual(
          `it is of version ${status.program}, and this is ${VERSION}`,
          'It is replaced when a server starts and finds it with neither kernels nor terminals.',
        ),
    ...status.kernels.map(kernelFinding),
  ];
}

function kernelFinding(kernel: SupervisorStatus['kernels'][number]): Finding {
  const process = kernel.isOver ? 'has ended' : `process ${kernel.pid ?? 'not known'}`;
  const lag =
    kernel.unacknowledged === 0
      ? 'all that it said is in the log'
      : `${kernel.unacknowledged} of its messages (${(kernel.spoolBytes / MEGABYTE).toFixed(1)} MB) wait to be recorded`;
  const name = kernel.isSpare === true ? `${kernel.name}, waits for a notebook` : kernel.name;
  const what = `kernel ${kernel.kernelId} (${name}), ${process}: ${lag}`;
  if (kernel.pausedFor === 'disk-full')
    return broken(
      `${what}; it stands still, for the disk takes no more`,
      'Free some space; it then goes on.',
    );
  if (kernel.pausedFor === 'too-much-unread')
    return unusual(`${what}; it stands still until they are`, 'Start the server, if it does not run.');
  if (kernel.beats === false)
    return unusual(
      `${what}; its heartbeat does not answer`,
      'It may hang, or be stopped: restart it if it does not come back.',
    );
  return well(what);
}

/** Those of versions that speak another protocol have their own folders. */
function strangerFindings(stateDirectory: string, protocol: number | null): Finding[] {
  let entries: string[];
  try {
    entries = readdirSync(stateDirectory);
  } catch {
    return []; // Not made yet.
  }
  const folders = entries.filter((name) => /^supervisor-\d+$/.test(name));
  const others = protocol === null ? [] : folders.filter((name) => name !== `supervisor-${protocol}`);
  return others.map((name) =>
    unusual(
      `there is a folder ${name}, of a supervisor that speaks another protocol`,
      "If kernels live there, end them with that version's `in-the-loop stop`; then the folder can be deleted.",
    ),
  );
}
