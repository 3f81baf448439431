import { environmentName, type PythonEnvironment } from '../environments/python-environments.ts';
import { PlaceError } from '../places/place-error.ts';
import { shellPath, shellWord } from './shell-words.ts';
import type { SshSettings } from './ssh-settings.ts';

/** What a machine is asked at once: who and where we are there, and what there is to run kernels with. */
export interface FarSurvey {
  readonly home: string;
  /** The name that it has itself. */
  readonly machine: string;
  /** PATH, as a shell that is not logged in has it. */
  readonly path: string;
  /** `uname -sm`. */
  readonly system: string;
  /** By how many milliseconds its clock is ahead of ours, to a second or so. */
  readonly clockAhead: number;
  /** Why nothing can be written below the home folder; null where it can. */
  readonly notWritable: string | null;
  readonly nodes: readonly FarNode[];
  readonly python: FarPython | null;
  /** What `jupyter kernelspec list --json` printed; null where there is none. */
  readonly jupyterList: string | null;
  /** Those that have ipykernel, by where venv, uv, Poetry, pyenv, conda and the like put them. */
  readonly environments: readonly PythonEnvironment[];
  /** kernel.json files, those of the place's own folders first. */
  readonly kernelFiles: readonly { readonly folder: string; readonly text: string }[];
}

export interface FarNode {
  /** `v24.1.0`. */
  readonly version: string;
  /** `linux`, `darwin`. */
  readonly platform: string;
  readonly arch: string;
  readonly program: string;
}

export interface FarPython {
  readonly executable: string;
  readonly prefix: string;
  /** ipykernel's own description; null where it is not installed. */
  readonly kernel: { readonly resources: string; readonly spec: unknown } | null;
}

const ASK_PYTHON = [
  'import json, sys',
  'about = {"executable": sys.executable, "prefix": sys.prefix, "kernel": None}',
  'try:',
  '    from ipykernel.kernelspec import RESOURCES, get_kernel_dict',
  '    about["kernel"] = {"resources": RESOURCES, "spec": get_kernel_dict()}',
  'except Exception:',
  '    pass',
  'print(json.dumps(about))',
].join('\n');
const ASK_NODE =
  'process.stdout.write([process.version, process.platform, process.arch, process.execPath].join(" "))';

/** Each answer is `name length`, its text of so many bytes, and a line's end: texts may hold anything. */
export function surveyScript(settings: SshSettings): string {
  const work = shellPath(settings.workingDirectory ?? '~');
  const ownFolders = (settings.kernelspecFolders ?? []).map((folder) => `${shellPath(folder)}/*`);
  return [
    `emit() { printf '%s %s\\n' "$1" "$(printf %s "$2" | wc -c | tr -d ' ')"; printf '%s\\n' "$2"; }`,
    'emit home "$HOME"',
    'emit machine "$(uname -n)"',
    'emit path "$PATH"',
    'emit system "$(uname -sm)"',
    'emit time "$(date +%s)"',
    // Only writing tells of a quota, a full disk or a home folder that is not there.
    'try="${XDG_CACHE_HOME:-$HOME/.cache}/in-the-loop"',
    'error=$( (umask 077; mkdir -p "$try" && echo "writing tells" >"$try/try.$$" && rm "$try/try.$$") 2>&1) || emit notwritable "${error:-$try}"',
    // A shell that is not logged in knows nothing of the managers of Node's versions.
    'for node in "$(command -v node)" "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node "$HOME"/.volta/bin/node "$HOME"/.local/bin/node "$HOME"/node_modules/.bin/node /usr/local/bin/node /opt/homebrew/bin/node; do',
    `  if [ -x "$node" ]; then emit node "$("$node" -e ${shellWord(ASK_NODE)} 2>/dev/null)"; fi`,
    'done',
    settings.python === undefined
      ? 'python=$(command -v python3 || command -v python)'
      : `python=${shellPath(settings.python)}; if [ -d "$python" ]; then python=$python/bin/python; fi`,
    `if [ -n "$python" ]; then emit python "$("$python" -c ${shellWord(ASK_PYTHON)} 2>/dev/null)"; fi`,
    'for jupyter in "${python%/*}/jupyter" "$(command -v jupyter)" "$HOME/.local/bin/jupyter"; do',
    '  if [ -x "$jupyter" ]; then emit jupyter "$("$jupyter" kernelspec list --json 2>/dev/null)"; break; fi',
    'done',
    `for folder in ${ownFolders.join(' ')} "$HOME"/.local/share/jupyter/kernels/* "$HOME"/Library/Jupyter/kernels/* "\${python%/bin/*}"/share/jupyter/kernels/* /usr/local/share/jupyter/kernels/* /usr/share/jupyter/kernels/* "$HOME"/.ipython/kernels/*; do`,
    '  if [ -f "$folder/kernel.json" ]; then emit folder "$folder"; emit file "$(cat "$folder/kernel.json")"; fi',
    'done',
    // As `findPythonEnvironments` looks on this machine.
    `for prefix in ${work}/.venv ${work}/venv ${work}/env ${work}/*/.venv ${work}/*/venv "\${WORKON_HOME:-$HOME/.virtualenvs}"/* "$HOME"/.local/share/virtualenvs/* "$HOME"/.cache/pypoetry/virtualenvs/* "\${PYENV_ROOT:-$HOME/.pyenv}"/versions/* "$HOME"/miniconda3 "$HOME"/anaconda3 "$HOME"/miniforge3 "$HOME"/mambaforge "$HOME"/miniconda3/envs/* "$HOME"/anaconda3/envs/* "$HOME"/miniforge3/envs/* "$HOME"/mambaforge/envs/* "$HOME"/micromamba/envs/* "$HOME"/.conda/envs/*; do`,
    '  for kernel in "$prefix"/lib/python3.*/site-packages/ipykernel; do',
    '    if [ -x "$prefix/bin/python" ] && [ -f "$kernel/kernelspec.py" ]; then',
    '      kind=venv',
    `      if [ -d "$prefix/conda-meta" ]; then kind=conda; elif grep -q '^uv *=' "$prefix/pyvenv.cfg" 2>/dev/null; then kind=uv; fi`,
    '      emit environment "$kind $kernel"',
    '    fi',
    '  done',
    'done',
    'exit 0',
  ].join('\n');
}

/**
 * @param answeredAt when it answered, by our clock
 * @throws PlaceError PLACE_UNFIT for what no shell of POSIX would answer
 */
export function readSurvey(output: Buffer, answeredAt: number): FarSurvey {
  const answers = [...readAnswers(output)];
  const first = (name: string): string | undefined => answers.find((one) => one.name === name)?.text;
  const [home, system, time] = [first('home'), first('system'), first('time')];
  if (home === undefined || home === '' || system === undefined || !/^\d+$/.test(time ?? ''))
    throw new PlaceError(
      'PLACE_UNFIT',
      'The shell there does not answer as a POSIX shell does.',
      'The account there needs a home folder and a POSIX shell (`sh`).',
    );
  return {
    home,
    machine: first('machine') ?? '',
    path: first('path') ?? '',
    system,
    clockAhead: Number(time) * 1000 - answeredAt,
    notWritable: first('notwritable') ?? null,
    nodes: answers.flatMap((one) => (one.name === 'node' ? (readNode(one.text) ?? []) : [])),
    python: readPython(first('python')),
    jupyterList: first('jupyter') ?? null,
    environments: answers.flatMap((one) =>
      one.name === 'environment' ? (readEnvironment(one.text) ?? []) : [],
    ),
    kernelFiles: answers.flatMap(({ name, text }, index) => {
      const file = answers[index + 1];
      return name === 'folder' && file?.name === 'file' ? [{ folder: text, text: file.text }] : [];
    }),
  };
}

function* readAnswers(output: Buffer): Generator<{ readonly name: string; readonly text: string }> {
  let at = 0;
  while (at < output.length) {
    const lineEnd = output.indexOf('\n', at);
    const match = /^([a-z]+) (\d+)$/.exec(output.subarray(at, Math.max(at, lineEnd)).toString());
    if (match === null) return;
    const start = lineEnd + 1;
    at = start + Number(match[2]) + 1;
    yield { name: match[1] ?? '', text: output.subarray(start, at - 1).toString() };
  }
}

function readNode(text: string): FarNode | null {
  const match = /^(v\d+\.\d+\.\d+\S*) (\S+) (\S+) (.+)$/.exec(text);
  if (match === null) return null;
  const [, version = '', platform = '', arch = '', program = ''] = match;
  return { version, platform, arch, program };
}

function readEnvironment(text: string): PythonEnvironment | null {
  const match = /^(venv|uv|conda) ((\/.+)\/lib\/python(3\.\d+)\/site-packages\/ipykernel)$/.exec(text);
  if (match === null) return null;
  const [, kind, ipykernel = '', prefix = '', version = ''] = match;
  const name = environmentName(prefix);
  return { prefix, kind: kind as PythonEnvironment['kind'], name, version, ipykernel };
}

function readPython(text: string | undefined): FarPython | null {
  try {
    const about = JSON.parse(text ?? 'null') as FarPython | null;
    return typeof about?.executable === 'string' && typeof about.prefix === 'string' ? about : null;
  } catch {
    return null; // No Python, or one that does not start.
  }
}
