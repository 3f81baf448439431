import { unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** What here would end the supervisor, and so kernels and terminals, together with the server. */
export function lifetimeFindings(here: Surroundings): Finding[] {
  const findings = [...serviceFindings(here), ...loginFindings(here), ...otherFindings(here)];
  return findings.length === 0
    ? [well('nothing is known to end kernels together with the server')]
    : findings;
}

function serviceFindings({ unit, killMode }: Surroundings): Finding[] {
  if (unit?.endsWith('.service') !== true || killMode === null) return [];
  if (killMode === 'process' || killMode === 'none') return [well(`${unit} has KillMode=${killMode}`)];
  return [
    unusual(
      `systemd ends kernels together with ${unit} (KillMode=${killMode})`,
      'Set KillMode=process in its [Service]; docs/in-the-loop.service is a unit file that does.',
    ),
  ];
}

function loginFindings({ unit, killUserProcesses, lingers, socketsInRunUser }: Surroundings): Finding[] {
  const findings: Finding[] = [];
  if (killUserProcesses === true)
    findings.push(
      unusual(
        `systemd ends all processes of this login (${unit ?? 'its session'}) when you log out (KillUserProcesses=yes)`,
        'Run the server as a service of your own, or by `systemd-run --user --scope in-the-loop`, after `loginctl enable-linger`.',
      ),
    );
  if (lingers === false && socketsInRunUser)
    findings.push(
      unusual(
        'logging out removes the folder of the sockets: kernels may live on, and no server can reach them',
        'Run `loginctl enable-linger`, once.',
      ),
    );
  return findings;
}

function otherFindings({ isContainer, firstProcess, isUnderHub }: Surroundings): Finding[] {
  return [
    ...(isContainer
      ? [
          unusual(
            `this is a container: kernels end when its first process (${firstProcess ?? 'not known'}) does`,
            'To restart the server and keep kernels, something else than the server must be first; docs/deployment.md says how.',
          ),
        ]
      : []),
    ...(isUnderHub
      ? [
          unusual(
            'this runs under JupyterHub: whether kernels outlive its "Stop My Server" is up to the spawner',
            'With SystemdSpawner: c.SystemdSpawner.unit_extra_properties = {"KillMode": "process"}; docs/deployment.md has the others.',
          ),
        ]
      : []),
  ];
}
