import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { SshPlace } from '../../kernel-bridge/ssh/ssh-place.ts';
import type { SshSettings } from '../../kernel-bridge/ssh/ssh-settings.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { asSupervisor, makeSshPlace, type SshPlaceUnderTest } from '../servers/ssh-place.ts';
import { type SshdOptions, type SshdUnderTest, startSshd, whyNoSshd } from '../servers/sshd.ts';
import { makeSupervisorPlace, type PlaceUnderTest, pythonLaunch } from '../servers/supervisor-place.ts';

const missing = whyNoSshd();
if (missing !== null) process.stderr.write(`\nNOT RUN: kernels by ssh: ${missing}\n`);

// The contract of launchers is tried on both modes in test/places/ssh-launcher.test.ts.
describe.runIf(missing === null)('a place by ssh', () => {
  let sshd: SshdUnderTest;
  let local: PlaceUnderTest;
  let here: KernelSupervisor;
  let places: SshPlace[];
  let others: SshdUnderTest[];
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());
  beforeEach(async () => {
    [places, others] = [[], []];
    local = await makeSupervisorPlace();
    here = await connectSupervisor(local.options);
  });
  afterEach(async () => {
    await here.end();
    for (const place of places) await place.end();
    for (const other of others) await other.stop();
    await local.remove();
  });

  function open(settings: Partial<SshSettings> = {}, more: Partial<SshPlaceUnderTest> = {}): SshPlace {
    const { log } = local.options;
    const place = makeSshPlace({ sshd, here, log, root: local.root, settings, ...more });
    places.push(place);
    return place;
  }
  async function start(options: SshdOptions): Promise<SshdUnderTest> {
    const other = await startSshd(options);
    others.push(other);
    return other;
  }
  async function failureOf(place: SshPlace): Promise<PlaceError> {
    return place
      .check(() => undefined)
      .then(
        () => expect.fail('it was fine'),
        (error: PlaceError) => error,
      );
  }
  async function launch(place: SshPlace, kernelspec?: Kernelspec): Promise<KernelClient> {
    const client = new KernelClient();
    const launcher = new SupervisorLauncher(asSupervisor(place, here));
    const request = { ...(await pythonLaunch(local)), kernelId: randomUUID(), environment: {} };
    const asked = { ...request, ...(kernelspec !== undefined && { kernelspec }) };
    client.attach(await launcher.launch(asked, client.listener));
    return client;
  }
  /** Kernels' folders there. */
  const left = (home: string): string[] => {
    const folder = join(home, '.cache/in-the-loop/kernels');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  test('[H2] a host key that was never met is shown, is accepted by its fingerprint, and another one is refused', async () => {
    const other = await start({});
    const place = open({}, { sshd: other, isTrusted: false });
    expect(await failureOf(place)).toMatchObject({
      code: 'PLACE_HOST_KEY_UNKNOWN',
      details: { host: `[127.0.0.1]:${other.port}`, fingerprint: other.fingerprint },
    });
    await expect(place.acceptHostKey('SHA256:x')).rejects.toMatchObject({ code: 'PLACE_HOST_KEY_CHANGED' });
    expect((await failureOf(place)).code).toBe('PLACE_HOST_KEY_UNKNOWN');
    await place.acceptHostKey(other.fingerprint);
    expect((await place.kernelspecs()).map(({ name }) => name)).toContain('python3');
    expect(statSync(join(local.root, 'place', 'known_hosts')).mode & 0o777).toBe(0o600);
    await other.changeHostKey();
    await expect
      .poll(() => failureOf(place))
      .toMatchObject({ code: 'PLACE_HOST_KEY_CHANGED', details: { fingerprint: other.fingerprint } });
  });

  test('[H2] jump hosts are gone through, those of the person’s configuration as well; each has its host key checked', async () => {
    const gate = await start({});
    const configuration = join(local.root, 'config');
    const lines = [
      'Host gate',
      `  HostName 127.0.0.1`,
      `  Port ${gate.port}`,
      `  IdentityFile ${gate.identityFile}`,
      'Host bench',
      '  HostName 127.0.0.1',
      `  Port ${sshd.port}`,
      `  IdentityFile ${sshd.identityFile}`,
      '  ProxyJump gate',
    ];
    writeFileSync(configuration, lines.join('\n'));
    const settings = { host: 'bench', port: undefined, identityFile: undefined, mode: 'direct' } as const;
    const place = open(settings, { configFiles: [configuration], isTrusted: false });
    for (const machine of [gate, sshd]) {
      const unknown = await failureOf(place);
      expect(unknown).toMatchObject({
        code: 'PLACE_HOST_KEY_UNKNOWN',
        details: { fingerprint: machine.fingerprint },
      });
      await place.acceptHostKey(machine.fingerprint);
    }
    const steps: string[] = [];
    await place.check((text) => steps.push(text));
    expect(steps).toContain(`Connects to 127.0.0.1, port ${sshd.port}, through gate`);
    await gate.stop();
    const named = open({ jump: `127.0.0.1:${gate.port}`, mode: 'direct' });
    expect(await failureOf(named)).toMatchObject({ code: 'PLACE_UNREACHABLE' });
  });

  test('[H2] who is not let in, not reached or not served hears so at once, and is asked for no password', async () => {
    const refuses = await start({ lines: ['PasswordAuthentication yes', 'AuthorizedKeysFile none'] });
    const denied = await failureOf(open({}, { sshd: refuses }));
    expect(denied.code).toBe('PLACE_DENIED');
    expect(denied.remedy).toMatch(/ssh-copy-id/);
    await refuses.cut();
    expect((await failureOf(open({}, { sshd: refuses }))).code).toBe('PLACE_UNREACHABLE');
    expect((await failureOf(open({ host: 'no-such-host.invalid' }))).code).toBe('PLACE_UNREACHABLE');
    const limited = await start({ lines: ['ForceCommand echo nothing for you'] });
    expect((await failureOf(open({}, { sshd: limited }))).code).toBe('PLACE_UNFIT');
    const homeless = await start({ variables: { HOME: '/proc' } });
    expect((await failureOf(open({}, { sshd: homeless }))).code).toBe('PLACE_UNFIT');
  });

  test('[H4] a kernel alone: nobody there sees its key, and nothing of it stays', async () => {
    const place = open({ mode: 'direct' });
    const client = await launch(place);
    const [folder = ''] = left(sshd.home);
    const path = join(sshd.home, '.cache/in-the-loop/kernels', folder);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const code =
      'from ipykernel.connect import get_connection_info\nimport json; print(json.loads(get_connection_info())["key"])';
    const key = (await client.run(code)).text.trim();
    expect(key).toMatch(/^[a-f0-9]{64}$/);
    expect(execFileSync('ps', ['-A', 'ww', '-o', 'args'], { encoding: 'utf8' })).not.toContain(key);
    expect(JSON.stringify(local.logged)).not.toContain(key);
    await client.kernel.shutdown();
    expect(left(sshd.home)).toEqual([]);
  });

  test('a kernel that cannot start, or not be reached, is told in words, and leaves nothing', async () => {
    const { kernelspec } = await pythonLaunch(local);
    const failing = {
      ...kernelspec,
      spec: { ...kernelspec.spec, argv: ['sh', '-c', 'echo no libraries >&2; exit 3'] },
    };
    await expect(launch(open({ mode: 'direct' }), failing)).rejects.toThrow(/exit code 3: no libraries/);
    expect(left(sshd.home)).toEqual([]);
    const closed = await start({ lines: ['AllowStreamLocalForwarding no'] });
    await expect(launch(open({ mode: 'direct' }, { sshd: closed }))).rejects.toThrow(
      /does not forward sockets/,
    );
    expect(left(closed.home)).toEqual([]);
  });

  test('[H6] with Node there, a supervisor is started there, copied once, and goes with the place', async () => {
    const place = open();
    const steps: string[] = [];
    await place.check((text) => steps.push(text));
    expect(steps.at(-1)).toMatch(/nothing is lost/);
    expect(place.capabilities).toMatchObject({ resume: true, limits: true });
    const client = await launch(place);
    expect((await client.run('print(6 * 7)')).text).toBe('42\n');
    const programs = join(sshd.home, '.cache/in-the-loop/programs');
    const [program = ''] = readdirSync(programs);
    const { ctimeMs } = statSync(join(programs, program));
    await place.end();
    expect(readdirSync(join(sshd.home, '.local/state/in-the-loop'))).toEqual([]);
    expect(client.listener.lifecycles).toEqual([]);
    await open().check(() => undefined);
    expect(readdirSync(programs)).toEqual([program]);
    expect(statSync(join(programs, program)).ctimeMs).toBe(ctimeMs);
  });

  test('[H6] what did not arrive whole is not put in its place', () => {
    const installer = readFileSync(resolve('dist/kernel-bridge/ssh/far-install.js'), 'utf8');
    const packed = gzipSync('[{"path":"a/b.js","size":4}]\n1+1;');
    const install = (folder: string, input: Buffer): string =>
      execFileSync(
        process.execPath,
        ['--input-type=module', '-e', installer, folder, createHash('sha256').update(packed).digest('hex')],
        { input, encoding: 'utf8' },
      );
    const folder = join(local.root, 'program');
    expect(install(folder, packed.subarray(0, -1))).toMatch(/is not what was sent/);
    expect(readdirSync(local.root).filter((name) => name.startsWith('program'))).toEqual([]);
    expect(install(folder, packed)).toBe('installed\n');
    // Another connection may have been sooner.
    expect(install(folder, packed)).toBe('installed\n');
    expect(readFileSync(join(folder, 'a/b.js'), 'utf8')).toBe('1+1;');
    expect(readdirSync(local.root).filter((name) => name.startsWith('program'))).toEqual(['program']);
  });

  test('[H1] what a setting says is never a command', async () => {
    const touched = join(local.root, 'touched');
    const hostile = `/x'; touch '${touched}'; $(touch ${touched}) \`touch ${touched}\` "`;
    const place = open({
      python: hostile,
      kernelspecFolders: [hostile, `~/${hostile}`],
      workingDirectory: hostile,
      mode: 'direct',
    });
    mkdirSync(join(sshd.home, '.local/share/jupyter/kernels/hostile'), { recursive: true });
    const spec = {
      argv: ['sh', '-c', 'exit 4', hostile, '{connection_file}'],
      env: { A: hostile, 'B;touch x': 'b' },
      display_name: hostile,
    };
    writeFileSync(join(sshd.home, '.local/share/jupyter/kernels/hostile/kernel.json'), JSON.stringify(spec));
    const kernelspec = (await place.kernelspecs()).find(({ name }) => name === 'hostile');
    await expect(launch(place, kernelspec)).rejects.toThrow(/is not a folder there/);
    await expect(launch(open({ mode: 'direct' }), kernelspec)).rejects.toThrow(/exit code 4/);
    expect(existsSync(touched)).toBe(false);
  });
});
