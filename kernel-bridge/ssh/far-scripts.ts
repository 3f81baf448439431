import type { FarProgram } from './far-program.ts';
import { shellWord } from './shell-words.ts';

export interface FarRun {
  /** Node, there. */
  readonly node: string;
  /** Of this place alone; hexadecimal. Several servers may have places in one account. */
  readonly id: string;
  /** The machine that has kernels of ours; null where there are none. */
  readonly machine: string | null;
}

/** What is this place's alone there. Machines that share a home folder share no processes. */
function setState(id: string): string {
  return `state="\${XDG_STATE_HOME:-$HOME/.local/state}/in-the-loop/${id}-$(uname -n)"; sockets=/tmp/itl-${id}`;
}

const PROGRAMS = 'programs="${XDG_CACHE_HOME:-$HOME/.cache}/in-the-loop/programs"';

/** Joins the connection with the supervisor. First it prints `missing`, `elsewhere MACHINE`, or what `far-relay` does. */
export function relayScript({ node, id, machine }: FarRun, program: Pick<FarProgram, 'name'>): string {
  return [
    PROGRAMS,
    `folder="$programs"/${shellWord(program.name)}`,
    ...(machine === null
      ? []
      : [`if [ "$(uname -n)" != ${shellWord(machine)} ]; then echo "elsewhere $(uname -n)"; exit 0; fi`]),
    'if [ ! -d "$folder" ]; then echo missing; exit 0; fi',
    setState(id),
    `cd; exec ${shellWord(node)} "$folder/kernel-bridge/ssh/far-relay.js" "$state" "$sockets" ${shellWord(program.name)}`,
  ].join('\n');
}

/** Takes the packed program from its standard input. @param installer the text of `far-install` */
export function installScript(node: string, program: FarProgram, installer: string): string {
  const words = [node, '--input-type=module', '-e', installer].map(shellWord).join(' ');
  return [
    'umask 077',
    PROGRAMS,
    'mkdir -p "$programs" || exit 1',
    `exec ${words} "$programs"/${shellWord(program.name)} ${program.sha256}`,
  ].join('\n');
}

/** After its supervisor has ended with all its kernels. Programs stay: other places use them. */
export function removeStateScript(id: string): string {
  return `${setState(id)}\nrm -rf "$state" "$sockets"`;
}
