import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { GATEWAY } from '../../kernel-bridge/gateway/gateway-launcher.ts';
import { writeGatewaySettings } from '../../kernel-bridge/gateway/settings-file.ts';
import type { Kernel } from '../../kernel-bridge/kernel.ts';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { V1_SUBPROTOCOL } from '../../kernel-bridge/protocol/websocket-v1-codec.ts';
import { connectSupervisor } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import type { SupervisorClient } from '../../kernel-bridge/supervisor/supervisor-client.ts';
import { contentOf, KernelClient } from '../doubles/kernel-client.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { startEnterpriseGateway, whyNoEnterpriseGateway } from '../servers/enterprise-gateway.ts';
import { gatewayRequest } from '../servers/gateway-place.ts';
import { startJupyterServer } from '../servers/gateway-server.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeSupervisorPlace, type PlaceUnderTest } from '../servers/supervisor-place.ts';

/** Answers what it is asked, and then sends megabytes of nonsense and closes, again and again. */
function startMisbehaving(): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(request.method === 'POST' ? 201 : request.method === 'DELETE' ? 204 : 200);
    response.end(request.method === 'DELETE' ? '' : JSON.stringify({ id: 'a-b-c', name: 'python3' }));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => V1_SUBPROTOCOL });
  const v1 = dialectOf(V1_SUBPROTOCOL);
  sockets.on('connection', (socket) => {
    const header = Buffer.from(JSON.stringify({ msg_id: 'x', msg_type: 'stream', session: 'liar' }));
    const content = Buffer.from(JSON.stringify({ name: 'stdout', text: 'x'.repeat(100_000) }));
    const empty = Buffer.from('{}');
    const message = { channel: 'iopub' as const, messageId: 'x', messageType: 'stream' };
    for (let round = 0; round < 200; round++) {
      socket.send(v1.encode({ ...message, frames: [header, empty, empty, content] }).data);
      socket.send(randomBytes(100_000));
    }
    setTimeout(() => socket.close(), 500);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const LINES = 20_000;

/** A kernel's own socket drops what nobody reads in time, and its last words with it, where all flood at once. */
async function over(client: KernelClient, id: string): Promise<void> {
  const ended = Promise.all([client.reply(id), client.idle(id)]);
  await Promise.race([ended, client.listener.untilLifecycle('replies-missed')]);
}

const isWhole = (client: KernelClient, id: string): boolean =>
  client.outputsOf(id).some((message) => contentOf(message)['execution_state'] === 'idle');

describe('ten places of one supervisor at once, of which one misbehaves', () => {
  const servers: JupyterServerProcess[] = [];
  let misbehaving: Server;
  let here: PlaceUnderTest;
  let supervisor: SupervisorClient;
  let launcher: SupervisorLauncher;
  beforeAll(async () => {
    const gateways =
      whyNoEnterpriseGateway() === null ? [startEnterpriseGateway, startEnterpriseGateway] : [];
    const starts = [startJupyterServer, startJupyterServer, startJupyterServer, startOurServer, ...gateways];
    for (const start of starts) servers.push(await start());
    misbehaving = await startMisbehaving();
    here = await makeSupervisorPlace();
    supervisor = await connectSupervisor(here.options);
    launcher = new SupervisorLauncher(supervisor);
  });
  afterAll(async () => {
    await launcher?.close();
    await here?.remove();
    misbehaving?.closeAllConnections();
    misbehaving?.close();
    await Promise.all(servers.map((server) => server.close()));
  });

  async function launchAt(place: string, url: string, token: string): Promise<[KernelClient, Kernel]> {
    const folder = join(here.root, place);
    mkdirSync(folder);
    const settingsFile = writeGatewaySettings(folder, { url, token, kernelUsername: 'ada' });
    const client = new KernelClient();
    const kernel = await launcher.launch(
      {
        ...gatewayRequest(folder, { kind: GATEWAY, settingsFile, url }),
        kernelId: randomUUID(),
        sessionPath: null,
      },
      client.listener,
    );
    client.attach(kernel);
    return [client, kernel];
  }

  test('[I5] [GW4] [GW5] the others are heard whole, and what their servers throw away is told', async () => {
    const wrong = `http://127.0.0.1:${(misbehaving.address() as AddressInfo).port}/`;
    const [liar] = await launchAt('liar', wrong, 'x');
    await expect(launchAt('nobody', 'http://127.0.0.1:1/', 'x')).rejects.toMatchObject({
      code: 'PLACE_UNREACHABLE',
    });
    const places = Array.from({ length: 9 }, (_, index) => servers[index % servers.length]!);
    const launched = await Promise.all(
      places.map(({ origin, base, token }, index) => launchAt(`place-${index}`, `${origin}${base}`, token)),
    );
    await Promise.all(launched.map(([, kernel]) => kernel.ready()));
    await Promise.all(
      launched.map(async ([client]) => {
        const id = client.execute(`for i in range(${LINES}): print(i, flush=True)`);
        await over(client, id);
        const heard = client.textOf(id).split('\n').filter(Boolean).map(Number);
        // In order, none twice.
        expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
        const gaps = client.listener.lifecycles.filter(({ kind }) => kind === 'reattached');
        if (heard.length < LINES) expect(gaps).not.toEqual([]);
        if (isWhole(client, id) && heard.length === LINES) expect(gaps).toEqual([]);
        expect((await client.run('print("alive")')).text).toBe('alive\n');
      }),
    );
    expect(liar.listener.messages.length).toBeGreaterThan(0);
    expect(launched.flatMap(([client]) => client.listener.lifecycles.map(({ kind }) => kind))).not.toContain(
      'died',
    );
  });
});
