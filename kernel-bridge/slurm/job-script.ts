import { shellQuote } from './shell-quote.ts';

export interface ScriptPlan {
  readonly folder: string;
  /** Whole lines: `#SBATCH --constraint=x`. */
  readonly optionLines: readonly string[];
  /** Lines of shell of whoever configured the place. */
  readonly setUp: readonly string[];
}

/** In the folder of a job that runs a kernel alone. */
export const DIRECT_FILES = {
  /** Starts the kernel; its argument is the connection file. */
  kernel: 'kernel.sh',
  /** The second half of the connection file: what is secret, and what is known beforehand. */
  secrets: 'secrets',
} as const;

/**
 * A script that starts a kernel and, when that has ended, waits a while whether another one is asked for by the file
 * `again-RUN`: a kernel that is restarted keeps its place on the cluster. A run is `TIMES_REQUEUED-NUMBER`; it writes
 * `connection-RUN.json` (0600) when it begins and `exit-RUN` with the exit status when it ended, and `1` behind it
 * where the job is ended with it. SIGINT goes to the
 * kernel's process group, and how many have is in `interrupts`; SIGUSR1 ends it, SIGUSR2 kills it. It holds nothing secret: administrators read scripts.
 * @param networkInterface at whose address the kernel listens; without it, at that of the node's name
 */
export function directScript(
  plan: ScriptPlan,
  networkInterface: string | undefined,
  patience: number,
): string {
  const address = `itl_interface=${shellQuote(networkInterface ?? '')}`;
  return `${head(plan)}${address}\nitl_patience=${patience}\n${DIRECT}`;
}

/** In the folder of a job that has a supervisor: the key with which it dials in. */
export const KEY_FILE = 'key';

/**
 * A script that runs a supervisor of ours, which dials in at an address. What it keeps is in the job's folder, where it is
 * found again if Slurm starts the job anew, on whatever node.
 * @param agent its program, as the nodes run it
 */
export function supervisedScript(plan: ScriptPlan, agent: readonly string[], address: string): string {
  const program = [...agent, 'agent', '--server', address].map(shellQuote).join(' ');
  return `${head(plan)}cd ~ || cd /
exec ${program} --key-file "$itl_folder/${KEY_FILE}" --state "$itl_folder/state" --until-idle
`;
}

/** The login shell reads what makes modules and conda known. */
function head({ folder, optionLines, setUp }: ScriptPlan): string {
  return [
    '#!/bin/bash -l',
    ...optionLines,
    '# A kernel of In the Loop.',
    ...setUp,
    'umask 077',
    `itl_folder=${shellQuote(folder)}`,
    '',
  ].join('\n');
}

const DIRECT = String.raw`
# Each kernel leads a process group, which signals go to; and it does not ignore SIGINT, as it would without.
set -m
itl_requeued=${'$'}{SLURM_RESTART_COUNT:-0}
itl_number=0
itl_kernel=
itl_is_over=
itl_signal() { [ -n "$itl_kernel" ] && kill -"$1" -- "-$itl_kernel" 2>/dev/null; }
itl_interrupts=0
trap 'itl_signal INT; itl_interrupts=$((itl_interrupts + 1)); echo "$itl_interrupts" > "$itl_folder/interrupts"' INT
trap 'itl_signal TERM' USR1
trap 'itl_signal KILL' USR2
trap 'itl_is_over=1; itl_signal TERM' TERM

itl_find_address() {
  if [ -n "$itl_interface" ]; then
    PATH=$PATH:/sbin:/usr/sbin ip -o -4 addr show dev "$itl_interface" | { read -r _ _ _ address _; echo "${'$'}{address%%/*}"; }
    return
  fi
  local name=${'$'}{SLURMD_NODENAME:-$(hostname)} address
  address=$(getent ahostsv4 "$name" | { read -r address _; echo "$address"; })
  # Debian gives a machine's own name an address of its loopback.
  if [ "$name" != "$SLURM_SUBMIT_HOST" ]; then
    case $address in 127.*|"") address=$(hostname -I | { read -r address _; echo "$address"; });; esac
  fi
  echo "$address"
}
itl_address=$(itl_find_address)
if [ -z "$itl_address" ]; then
  echo "In the Loop: this node has no IPv4 address at which the kernel could listen $itl_interface" >&2
  echo 1 > "$itl_folder/exit-$itl_requeued-0"
  exit 1
fi

itl_ports=()
itl_choose_ports() {
  itl_ports=()
  local port
  while [ ${'$'}{#itl_ports[@]} -lt 5 ]; do
    port=$((20000 + RANDOM % 12000))
    case " ${'$'}{itl_ports[*]} " in *" $port "*) continue;; esac
    # Nobody answers there, so that it is free.
    (exec 3<>"/dev/tcp/$itl_address/$port") 2>/dev/null || itl_ports+=("$port")
  done
}

# What the shell itself says of signals is not the kernel's.
exec 3>&2 2> /dev/null
while :; do
  # What the one before printed explains nothing of this one.
  [ "$itl_number" -gt 0 ] && : > "$itl_folder/output.log"
  itl_run=$itl_requeued-$itl_number
  itl_choose_ports
  itl_connection=$itl_folder/connection-$itl_run.json
  {
    printf '{"ip":"%s","shell_port":%d,"iopub_port":%d,"stdin_port":%d,"control_port":%d,"hb_port":%d,' \
      "$itl_address" "${'$'}{itl_ports[@]}"
    cat "$itl_folder/secrets"
  } > "$itl_connection.new"
  mv "$itl_connection.new" "$itl_connection"
  bash "$itl_folder/kernel.sh" "$itl_connection" 2>&3 3>&- &
  itl_kernel=$!
  # A signal that we hear ends the wait, and not the kernel.
  while :; do
    wait "$itl_kernel"
    itl_status=$?
    kill -0 "$itl_kernel" 2>/dev/null || break
  done
  wait "$itl_kernel" 2>/dev/null
  itl_last=$?
  [ "$itl_last" -ne 127 ] && itl_status=$itl_last
  itl_signal KILL
  itl_kernel=
  echo "$itl_status $itl_is_over" > "$itl_folder/exit-$itl_run.new"
  mv "$itl_folder/exit-$itl_run.new" "$itl_folder/exit-$itl_run"
  [ -n "$itl_is_over" ] && exit "$itl_status"
  itl_number=$((itl_number + 1))
  itl_waited=0
  until [ -e "$itl_folder/again-$itl_requeued-$itl_number" ]; do
    [ -n "$itl_is_over" ] && exit "$itl_status"
    [ "$itl_waited" -ge $((itl_patience * 5)) ] && exit "$itl_status"
    itl_waited=$((itl_waited + 1))
    sleep 0.2
  done
done
`;
