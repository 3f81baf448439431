import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayPlace } from '../../kernel-bridge/gateway/gateway-place.ts';
import type { GatewaySettings } from '../../kernel-bridge/gateway/gateway-settings.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { SupervisorClient } from '../../kernel-bridge/supervisor/supervisor-client.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { installPythonKernel, startJupyterServer } from '../servers/gateway-server.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import { makeSupervisorPlace, type PlaceUnderTest, pythonLaunch } from '../servers/supervisor-place.ts';

/** As a proxy before a server has it: its certificate, and its tunnel for websockets. */
function startTls(folder: string, target: number): Promise<Server> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...options, ...names], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('a Jupyter server as a place', () => {
  let server: JupyterServerProcess;
  let here: PlaceUnderTest;
  let supervisor: SupervisorClient;
  let tls: Server;
  let certificateAuthority: string;
  let made = 0;
  beforeAll(async () => {
    const folders = makeServerFolders();
    installPythonKernel(folders.data, 'odd+name');
    server = await startJupyterServer({ folders });
    here = await makeSupervisorPlace();
    supervisor = await connectSupervisor(here.options);
    tls = await startTls(here.root, Number(new URL(server.origin).port));
    certificateAuthority = join(here.root, 'certificate.pem');
  });
  afterAll(async () => {
    await supervisor?.end();
    await here?.remove();
    tls?.close();
    await server?.close();
  });

  function placeOf(settings: Partial<GatewaySettings> = {}): GatewayPlace {
    const folder = join(here.root, `place-${(made += 1)}`);
    mkdirSync(folder, { mode: 0o700 });
    const all = { url: `${server.origin}/`, token: server.token, ...settings };
    return new GatewayPlace({ settings: all, here: supervisor, log: here.options.log, folder });
  }
  const overTls = (): string => `https://127.0.0.1:${(tls.address() as AddressInfo).port}/`;

  test('its kernelspecs come with their logos, also those with odd names', async () => {
    const found = await placeOf().kernelspecs();
    const python = found.find(({ name }) => name === 'python3');
    expect(python?.spec).toMatchObject({
      display_name: 'Python 3 (ipykernel)',
      language: 'python',
      argv: [],
    });
    expect(readdirSync(python?.resourceDirectory ?? '').sort()).toEqual([
      'logo-32x32.png',
      'logo-64x64.png',
      'logo-svg.svg',
    ]);
    expect(found.every(({ name }) => /^[\w.-]+$/.test(name))).toBe(true);
  });

  test('[I10] [GW1] a kernel is started through it by the supervisor, over TLS, and no file of the supervisor holds the token', async () => {
    const place = placeOf({ url: overTls(), certificateAuthority });
    const python = (await place.kernelspecs()).find(({ name }) => name === 'python3');
    const client = new KernelClient();
    const request = {
      ...(await pythonLaunch(here)),
      kernelId: randomUUID(),
      kernelspec: { ...python!, name: 'lab.python3', place: 'lab' },
      environment: {},
    };
    const kernel = await place.launch(request, {}, { ...listenerOf(client), refused: () => undefined });
    client.attach(kernel);
    await kernel.ready();
    expect((await client.run('import os; print(os.getcwd())')).text).toBe(`${server.folders.root}\n`);
    const state = here.options.stateDirectory;
    const files = readdirSync(state, { recursive: true, encoding: 'utf8', withFileTypes: true });
    const holding = files.filter(
      (file) =>
        file.isFile() && readFileSync(join(file.parentPath, file.name), 'latin1').includes(server.token),
    );
    expect(holding.map(({ name }) => name)).toEqual([]);
    expect(JSON.stringify(here.logged)).not.toContain(server.token);
    await kernel.shutdown();
  });

  test('it is tried step by step', async () => {
    const steps: string[] = [];
    await placeOf().check((text) => steps.push(text));
    expect(steps).toEqual([
      expect.stringMatching(/^Connects to 127.0.0.1:\d+$/),
      'Signs in and asks for kernels',
      expect.stringContaining('Python 3 (ipykernel)'),
    ]);
  });

  test.each<[string, () => Partial<GatewaySettings>, string, RegExp]>([
    [
      'a wrong token',
      () => ({ token: 'wrong' }),
      'PLACE_DENIED',
      /token is not accepted|does not accept the token/,
    ],
    ['no token', () => ({ token: undefined }), 'PLACE_DENIED', /token/],
    ['a certificate that nobody knows', () => ({ url: overTls() }), 'PLACE_UNREACHABLE', /certificate/],
    [
      'a file that is not there',
      () => ({ certificateAuthority: '/no/such.pem' }),
      'PLACE_UNFIT',
      /cannot be read/,
    ],
    ['a page that is none', () => ({ url: `${server.origin}/nowhere/` }), 'PLACE_UNFIT', /No Jupyter server/],
  ])('%s is told when it is tried', async (_name, settings, code, words) => {
    await expect(placeOf(settings()).check(() => undefined)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words) as string,
    });
  });

  test('whoever trusts any certificate may, and headers sign in as a token does', async () => {
    const headers = { Authorization: `Bearer ${server.token}` };
    const place = placeOf({ url: overTls(), verifyTls: false, token: undefined, headers });
    await place.check(() => undefined);
  });
});

function listenerOf({ listener }: KernelClient) {
  return {
    message: (message: Parameters<typeof listener.message>[0]) => listener.message(message),
    lifecycle: (event: Parameters<typeof listener.lifecycle>[0]) => listener.lifecycle(event),
  };
}
