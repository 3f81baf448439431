import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The built program as a person runs it. Each test has folders of its own, and port 0.
const MAIN = join(import.meta.dirname, '..', 'dist', 'server', 'main.js');
const VENV = join(import.meta.dirname, '..', '.venv');

let folder: string;
let environment: Record<string, string>;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-main-'));
  mkdirSync(join(folder, 'root'));
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
    IN_THE_LOOP_ROOT: join(folder, 'root'),
    IN_THE_LOOP_PORT: '0',
    IN_THE_LOOP_PREFIX: VENV,
    IN_THE_LOOP_NO_BROWSER: '1',
  };
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: string[]): Promise<Ended> => runProgram([process.execPath, MAIN, ...args]);

/** For root, permissions are no obstacle; without these capabilities they are, as for everybody else. */
const runHeedingPermissions = (...args: string[]): Promise<Ended> => {
  const lacking = '-dac_override,-dac_read_search';
  const asSomebody = ['setpriv', `--bounding-set=${lacking}`, `--inh-caps=${lacking}`];
  return runProgram([...(process.getuid?.() === 0 ? asSomebody : []), process.execPath, MAIN, ...args]);
};

const runProgram = ([file = '', ...args]: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(file, args, { env: environment }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    children.push(child);
  });

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  /** The exit code, once all output is in `output`. */
  readonly ended: Promise<number | null>;
  readonly output: { stdout: string; stderr: string };
}

/** Resolves once the server has printed its line. */
function start(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
      const address = /^In the Loop is ready at (\S+)\n/.exec(output.stdout)?.[1];
      if (address !== undefined) resolve({ child, address, ended, output });
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
  });
}

const stateDirectory = (): string => {
  const data = join(folder, '.local', 'share', 'in-the-loop');
  return join(data, readdirSync(data)[0] ?? '');
};

describe('in-the-loop', () => {
  it('explains its options', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--base-url') as string,
    });
  });

  it.each([
    [['--prot'], 2, /--prot/],
    [['/nowhere/at/all'], 1, /\/nowhere\/at\/all, cannot be read.*Make it .*or name another/],
    [['--prefix', '/nowhere'], 1, /\/nowhere cannot be served: there is no such folder.*--prefix/],
    [['--config', '/nowhere.json'], 2, /\/nowhere\.json cannot be used: ENOENT.*--config/],
    [['--state', '/proc/state'], 1, /\/proc\/state cannot be used: .*--state/],
    [['--ip', '192.0.2.1'], 1, /192\.0\.2\.1 is not an address of this machine.*--ip/],
  ])('explains what is wrong with %j in one paragraph', async (args, code, explanation) => {
    if (args[0]?.startsWith('/')) delete environment['IN_THE_LOOP_ROOT'];
    const ended = await run(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(explanation);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('explains a folder that it may not read', async () => {
    const root = join(folder, 'root');
    chmodSync(root, 0o000);
    const ended = await runHeedingPermissions();
    chmodSync(root, 0o700);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^The folder to serve, \S+, cannot be read: EACCES[^\n]*permissions[^\n]*\n$/,
    );
  });

  it('explains a state folder that it may not write', async () => {
    mkdirSync(join(folder, 'closed'), { mode: 0o500 });
    const ended = await runHeedingPermissions('--state', join(folder, 'closed', 'state'));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^The state folder \S+ cannot be used: EACCES[^\n]*permissions[^\n]*--state[^\n]*\n$/,
    );
  });

  it('explains a damaged secret', async () => {
    const state = join(folder, 'state');
    mkdirSync(state);
    writeFileSync(join(state, 'in-the-loop.json'), '{"version":1}');
    writeFileSync(join(state, 'cookie-secret'), '');
    const ended = await run('--state', state);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^The state folder \S+ cannot be used: \S+cookie-secret .*remove it[^\n]*\n$/,
    );
  });

  it('explains that there is no JupyterLab to serve', async () => {
    delete environment['IN_THE_LOOP_PREFIX'];
    environment['PATH'] = '/nowhere';
    const ended = await run();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^No Python environment with JupyterLab 4 was found[^\n]*pip install[^\n]*\n$/,
    );
  });

  it('explains a taken port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await run('--port', String(port));
    other.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`Port ${port} on 127.0.0.1 is taken`);
  });

  it('I10 prints one line, keeps what it knows of itself from others, and ends at SIGTERM', async () => {
    const { child, address, ended, output } = await start('--log-level', 'debug');
    const token = new URL(address).searchParams.get('token') ?? '';
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lab\?token=[0-9a-f]{48}$/);
    const state = stateDirectory();
    expect(statSync(state).mode & 0o777).toBe(0o700);
    for (const file of ['server.json', 'token']) expect(statSync(join(state, file)).mode & 0o777).toBe(0o600);
    const runtimeFile = join(folder, 'runtime', `jpserver-${child.pid}.json`);
    expect(statSync(runtimeFile).mode & 0o777).toBe(0o600);
    const listed = execFileSync(join(VENV, 'bin', 'jupyter'), ['server', 'list', '--jsonlist'], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(JSON.parse(listed)).toEqual([JSON.parse(readFileSync(runtimeFile, 'utf8'))]);
    expect(JSON.parse(listed)).toMatchObject([
      {
        pid: child.pid,
        token,
        root_dir: join(folder, 'root'),
        base_url: '/',
        url: new URL('/', address).href,
      },
    ]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(output.stdout).toBe(`In the Loop is ready at ${address}\n`);
    expect(output.stderr).not.toContain(token);
    expect(existsSync(runtimeFile)).toBe(false);
    expect(existsSync(join(state, 'server.json'))).toBe(false);
  });

  it("serves what a configuration file and Jupyter's variables say", async () => {
    for (const name of ['one', 'two']) {
      const kernels = join(folder, name, 'kernels', name);
      mkdirSync(kernels, { recursive: true });
      const kernelspec = { argv: ['true'], display_name: name, language: 'none' };
      writeFileSync(join(kernels, 'kernel.json'), JSON.stringify(kernelspec));
    }
    writeFileSync(join(folder, 'token'), 'from-a-file\n');
    writeFileSync(join(folder, 'c.json'), JSON.stringify({ 'base-url': '/user/ada%40b/', state: 'state' }));
    Object.assign(environment, {
      JUPYTER_PATH: join(folder, 'one'),
      JUPYTER_DATA_DIR: join(folder, 'two'),
      JUPYTER_TOKEN_FILE: join(folder, 'token'),
    });
    const { address } = await start('--config', join(folder, 'c.json'), '--ip', 'localhost');
    expect(address).toMatch(/^http:\/\/localhost:\d+\/user\/ada%40b\/lab\?token=from-a-file$/);
    expect((await fetch(address)).status).toBe(200);
    const answer = await fetch(address.replace('/lab?', '/api/kernelspecs?'));
    const { kernelspecs } = (await answer.json()) as { kernelspecs: object };
    expect(Object.keys(kernelspecs)).toEqual(expect.arrayContaining(['one', 'python3', 'two']));
    expect(existsSync(join(folder, 'state', 'in-the-loop.json'))).toBe(true);
  });

  it('keeps its token over a restart', async () => {
    const first = await start();
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    const second = await start();
    expect(new URL(second.address).search).toBe(new URL(first.address).search);
  });

  it('leads a second one on the same root to the first, also after a crash of one before', async () => {
    const crashed = await start();
    crashed.child.kill('SIGKILL');
    await crashed.ended;
    const { address } = await start();
    const second = await run();
    expect(second).toMatchObject({ code: 0, stdout: `In the Loop is already running at ${address}\n` });
  });

  it('asks for no token where a password is set', async () => {
    environment['JUPYTER_CONFIG_DIR'] = folder;
    const hash = 'sha1:0123456789ab:0123456789abcdef0123456789abcdef01234567';
    writeFileSync(
      join(folder, 'jupyter_server_config.json'),
      JSON.stringify({ IdentityProvider: { hashed_password: hash } }),
    );
    const { address } = await start('--base-url', 'x');
    expect(address).toMatch(/:\d+\/x\/lab$/);
  });
});

describe('in-the-loop log', () => {
  const save = (address: string, content: string): Promise<Response> => {
    const { origin, searchParams } = new URL(address);
    return fetch(`${origin}/api/contents/a.txt`, {
      method: 'PUT',
      headers: { Authorization: `token ${searchParams.get('token')}` },
      body: JSON.stringify({ type: 'file', format: 'text', content }),
    });
  };

  it('prints the same whether the server has the log open or nobody has', async () => {
    const { address, child, ended } = await start();
    await save(address, '1');
    const list = await run('log', '--list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(list.stdout)).toEqual({ stream: 'files', lastSequence: 1 });
    const files = await run('log', 'files');
    expect(files).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(files.stdout)).toMatchObject({ stream: 'files', sequence: 1, data: { path: 'a.txt' } });
    child.kill('SIGTERM');
    await ended;
    expect(await run('log', '--list')).toEqual(list);
    expect(await run('log', 'files')).toEqual(files);
    expect(await run('log', 'files', '--follow')).toEqual(files);
  });

  it('follows a stream as events come, until the server ends', async () => {
    const { address, child } = await start();
    await save(address, '1');
    const following = spawn(process.execPath, [MAIN, 'log', 'files', '--follow'], { env: environment });
    children.push(following);
    const followed = new Promise((resolve) => following.once('close', resolve));
    const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string);
    expect(await next()).toMatchObject({ sequence: 1 });
    await save(address, '2');
    expect(await next()).toMatchObject({ sequence: 2 });
    child.kill('SIGTERM');
    expect(await lines.next()).toMatchObject({ done: true });
    expect(await followed).toBe(0);
  });

  it('says that nothing has happened yet in a stream', async () => {
    const { child, ended } = await start();
    child.kill('SIGTERM');
    await ended;
    const ofNothing = await run('log', 'kernels');
    expect(ofNothing).toMatchObject({ code: 0, stdout: '' });
    expect(ofNothing.stderr).toMatch(/Nothing has happened in the stream kernels; .*--list/);
  });

  it('says so where no server has run', async () => {
    const ended = await run('log', '--list');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('There is no event log in');
  });
});

describe('in-the-loop doctor', () => {
  it('finds all well, or says what is not', async () => {
    await start();
    const fit = await run('doctor');
    expect(fit.stdout).toContain('a server runs here');
    expect(fit).toMatchObject({ code: 0, stdout: expect.stringMatching(/All is well\.\n$/) as string });
    const verified = await run('doctor', '--verify');
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Every event of the log') as string,
    });
    const ill = await run('doctor', '--prefix', '/nowhere');
    expect(ill).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ there is no Python environment') as string,
    });
  });
});
