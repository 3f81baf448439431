import { randomBytes } from 'node:crypto';
import type { LaunchRequest } from '../kernel.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { shellPath, shellTemplate, shellWord } from './shell-words.ts';

/**
 * Scripts for a POSIX shell on a machine where there is nothing of ours. A kernel has a folder there, 0700:
 * `connection.json`, `run` (its shell, which is the leader of its process group), `group` (that shell's process), `identity`
 * (of that process, so that no other is ever signalled), `host`, `output.log`, and `exit` once it has ended.
 */
const FUNCTIONS = [
  'base="${XDG_CACHE_HOME:-$HOME/.cache}/in-the-loop/kernels"',
  'identity() {',
  '  if [ -r "/proc/$1/stat" ]; then',
  '    set -- $(sed "s/.*) //" "/proc/$1/stat" 2>/dev/null)',
  '    [ "$1" = Z ] || echo "$(cat /proc/sys/kernel/random/boot_id) ${20}"',
  '  else ps -o lstart= -p "$1"; fi',
  '}',
  'alive() { read -r group <"$1/group" && [ "$(identity "$group")" = "$(cat "$1/identity")" ]; }',
  '',
].join('\n');

/** Answers of `look`, on one line: `alive`, `gone EXITCODE`, `gone -`, `elsewhere HOST`; after `gone` the end of its output. */
const LOOK = [
  'look() {',
  '  if [ ! -d "$folder" ]; then echo "gone -"',
  '  elif [ -e "$folder/exit" ]; then echo "gone $(cat "$folder/exit")"; tail -c 8000 "$folder/output.log"',
  // A name that stands for several machines may lead to another one than before, which sees the same home folder.
  '  elif [ -e "$folder/host" ] && [ "$(cat "$folder/host")" != "$(uname -n)" ]; then echo "elsewhere $(cat "$folder/host")"',
  '  elif alive "$folder"; then echo alive',
  '  else echo "gone -"; tail -c 8000 "$folder/output.log"; fi',
  '}',
  '',
].join('\n');

export interface FarKernel {
  /** The name of its folder there: letters, digits and dashes. */
  readonly name: string;
  /** Absolute, there; as in its connection file. */
  readonly socketFolder: string;
}

/**
 * Starts a kernel as a process group of its own, detached from the connection, and waits until its sockets are there. Prints
 * `alive` then; `failed` and why if nothing could be started; else what `look` does.
 * @param patience how often it looks for the sockets, ten times a second
 */
export function startScript(
  kernel: FarKernel,
  request: LaunchRequest,
  connection: ConnectionInfo,
  patience = 600,
): string {
  const end = `END-${randomBytes(16).toString('hex')}`;
  return [
    FUNCTIONS + LOOK + setFolder(kernel),
    'umask 077',
    'write() {',
    '  mkdir -p "$folder" && mkdir -m 700 "$sockets" || return 1',
    `  cat >"$folder/connection.json" <<'${end}' || return 1`,
    JSON.stringify(connection),
    end,
    `  cat >"$folder/run" <<'${end}'`,
    runScript(kernel, request),
    end,
    '}',
    'fail() { echo "failed $1"; rm -rf "$folder" "$sockets"; exit 0; }',
    'write 2>"$sockets.error" || fail "$(cat "$sockets.error" 2>/dev/null)"',
    'rm -f "$sockets.error"',
    ...(request.inherits === true
      ? []
      : [
          `cd ${shellPath(request.workingDirectory)} 2>/dev/null || fail ${shellWord(`${request.workingDirectory} is not a folder there`)}`,
        ]),
    // In the background (`&`) it would ignore SIGINT for ever, and so would the kernel.
    'detached="import os, sys; os.fork() and os._exit(0); os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])"',
    'if setsid -f true 2>/dev/null; then setsid -f sh "$folder/run" </dev/null >/dev/null 2>&1',
    'elif python3 -c "" 2>/dev/null; then python3 -c "$detached" sh "$folder/run" </dev/null >/dev/null 2>&1',
    'elif perl -e 1 2>/dev/null; then perl -MPOSIX -e "fork and exit; POSIX::setsid(); exec @ARGV" sh "$folder/run" </dev/null >/dev/null 2>&1',
    'else fail "there is neither setsid, nor python3, nor perl to start it detached with"; fi',
    'count=0',
    'until [ -S "$sockets/k-1" ] && [ -S "$sockets/k-2" ] && [ -S "$sockets/k-3" ] && [ -S "$sockets/k-4" ] && [ -S "$sockets/k-5" ]; do',
    `  if [ -e "$folder/exit" ] || [ $count -ge ${patience} ]; then break; fi`,
    '  count=$((count + 1)); sleep 0.1 2>/dev/null || sleep 1',
    'done',
    `if [ $count -ge ${patience} ]; then echo silent; tail -c 8000 "$folder/output.log"; else look; fi`,
  ].join('\n');
}

export function lookScript(kernel: FarKernel): string {
  return `${FUNCTIONS}${LOOK}${setFolder(kernel)}\nlook`;
}

/** A signal to the process group, if it is still that one. */
export function signalScript(kernel: FarKernel, signal: 'INT' | 'STOP' | 'CONT'): string {
  return `${FUNCTIONS}${setFolder(kernel)}\nif alive "$folder"; then kill -${signal} "-$group"; fi`;
}

/** Ends its process group and says what became of it, as `look` does. One that is stopped is continued, so that it can end. */
export function endScript(kernel: FarKernel, signal: 'TERM' | 'KILL'): string {
  return [
    FUNCTIONS + LOOK + setFolder(kernel),
    'if alive "$folder"; then',
    `  kill -${signal} "-$group"; kill -CONT "-$group"`,
    '  count=0',
    '  while alive "$folder" && [ $count -lt 20 ]; do count=$((count + 1)); sleep 0.1 2>/dev/null || sleep 1; done',
    'fi 2>/dev/null',
    'look',
  ].join('\n');
}

export function removeScript(kernel: FarKernel): string {
  return `${FUNCTIONS}${setFolder(kernel)}\nrm -rf "$folder" "$sockets"`;
}

/**
 * Runs for as long as the connection does, and prints `ended NAME` of each kernel that is not there any more, within a
 * second. It prints something every ten seconds, so that it ends where nobody hears it, and keeps outputs from filling the
 * disk: beyond 8 MiB their last MiB stays (L7).
 */
export const KEEPER_SCRIPT = [
  FUNCTIONS,
  'exec 3<&0 </dev/null',
  '{ cat <&3 >/dev/null; kill $$; } 2>/dev/null &',
  "told=' '; count=0",
  'while :; do',
  '  count=$((count + 1))',
  '  for folder in "$base"/*; do',
  '    name=${folder##*/}',
  '    case $told in *" $name "*) continue ;; esac',
  '    [ -e "$folder/group" ] && [ "$(cat "$folder/host")" = "$(uname -n)" ] || continue',
  '    read -r group <"$folder/group"',
  '    if [ -e "$folder/exit" ] || ! kill -0 "$group" 2>/dev/null; then echo "ended $name"; told="$told$name "; fi',
  '    if [ $((count % 10)) = 0 ] && [ "$(wc -c <"$folder/output.log")" -gt 8388608 ]; then',
  '      tail -c 1048576 "$folder/output.log" >"$folder/output.tail" && cat "$folder/output.tail" >"$folder/output.log"',
  '      rm -f "$folder/output.tail"',
  '    fi',
  '  done 2>/dev/null',
  '  if [ $((count % 10)) = 0 ]; then echo .; fi',
  '  sleep 1',
  'done',
].join('\n');

function setFolder({ name, socketFolder }: FarKernel): string {
  return `folder="$base"/${shellWord(name)}; sockets=${shellWord(socketFolder)}`;
}

/** What the leader of the process group does. Signals to the group are for the kernel, and pass it by. */
function runScript(kernel: FarKernel, request: LaunchRequest): string {
  const { kernelspec, workingDirectory, sessionPath, environment } = request;
  const own = Object.entries(environment).filter(([name]) => isVariable(name));
  const ofSpec = Object.entries(kernelspec.spec.env).filter(([name]) => isVariable(name));
  return [
    'trap : INT TERM HUP QUIT',
    FUNCTIONS + setFolder(kernel),
    'identity $$ >"$folder/identity"; uname -n >"$folder/host"; echo $$ >"$folder/group"',
    `cd ${shellPath(workingDirectory)} 2>/dev/null || cd`,
    'unset JPY_PARENT_PID JPY_SESSION_NAME',
    ...(kernelspec.prefix === null
      ? []
      : [`PATH=${shellWord(`${kernelspec.prefix}/bin`)}:$PATH; export PATH`]),
    ...own.map(([name, value]) => `${name}=${shellWord(value)}; export ${name}`),
    ...(sessionPath === null ? [] : [`JPY_SESSION_NAME=${shellWord(sessionPath)}; export JPY_SESSION_NAME`]),
    // All of them are filled in from what was there before any of them.
    ...ofSpec.map(([, value], index) => `template_${index}=${shellTemplate(value)}`),
    ...ofSpec.map(([name], index) => `${name}=$template_${index}; export ${name}; unset template_${index}`),
    ...(kernelspec.spec.language.toLowerCase().startsWith('python') ? ['unset PYTHONEXECUTABLE'] : []),
    `sh -c 'exec "$@"' sh ${farArgv(request)} >>"$folder/output.log" 2>&1 </dev/null`,
    'echo $? >"$folder/exit.new"; mv "$folder/exit.new" "$folder/exit"',
    // What it left running in its group.
    'kill -KILL 0',
  ].join('\n');
}

function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** argv as Jupyter fills it in (L1), in words of the shell. */
function farArgv({ kernelspec, workingDirectory }: LaunchRequest): string {
  const values: Record<string, string> = {
    connection_file: '"$folder"/connection.json',
    resource_dir: shellWord(kernelspec.resourceDirectory),
    prefix: shellWord(kernelspec.prefix ?? ''),
    cwd: shellPath(workingDirectory),
  };
  const word = (argument: string): string => {
    const parts = argument.split(/\{(connection_file|resource_dir|prefix|cwd)\}/);
    return parts
      .map((part, index) => {
        if (index % 2 === 1) return values[part];
        return index === 0 ? shellPath(part) : shellWord(part);
      })
      .join('');
  };
  return kernelspec.spec.argv.map(word).join(' ');
}
