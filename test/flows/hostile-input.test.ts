import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { openFiles, peakResidentBytes, residentBytes } from '../servers/process-memory.ts';
import { TextSocket } from '../servers/text-socket.ts';
import { sha256OfFile, uploadInChunks } from '../servers/upload-in-chunks.ts';

const MIB = 1024 * 1024;

/** Sends bytes as they are and resolves with what came back until the server closed, or nothing came for a second. */
function sendRaw(server: JupyterServerProcess, bytes: Buffer | string): Promise<string> {
  const { port, hostname } = new URL(server.origin);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const finish = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, finish);
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.once('error', finish);
    socket.once('close', finish);
  });
}

describe('hostile input', () => {
  let server: JupyterServerProcess;
  let kernelId: string;
  let witness: KernelSocket;
  beforeAll(async () => {
    server = await startOurServer();
    kernelId = await startKernel(server);
    witness = await KernelSocket.open(server, kernelId);
    await witness.execute('kept = 1');
  });
  afterAll(() => server.close());

  /** The server answers, the kernel runs, and another client's socket was not touched. */
  async function expectAlive(): Promise<void> {
    expect((await send(server, { path: '/api/status' })).status).toBe(200);
    expect((await witness.execute('print(kept)')).text).toBe('1\n');
  }

  describe('bodies', () => {
    const bodies: [string, string | Buffer][] = [
      ['nothing', ''],
      ['broken JSON', '{"a": '],
      ['no JSON', 'hello'],
      ['null', 'null'],
      ['a number', '5'],
      ['a string', '"text"'],
      ['a list', '[1, [2]]'],
      [
        'wrong types',
        JSON.stringify({
          path: 5,
          name: {},
          type: [],
          format: 1,
          content: false,
          kernel: 'x',
          raw: 1,
          data: 2,
          metadata: 3,
          schema_id: 4,
          cwd: 5,
          ext: 6,
          copy_from: 7,
          chunk: {},
        }),
      ],
      ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      [
        'a null character',
        '{"path": "a\\u0000b", "type": "file", "copy_from": "a\\u0000b", "raw": "\\u0000"}',
      ],
      ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000)],
      ['__proto__', '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'],
    ];
    const routes: [string, string][] = [
      ['POST', '/api/contents'],
      ['PUT', '/api/contents/hostile.txt'],
      ['PUT', '/api/contents/hostile.ipynb'],
      ['PATCH', '/api/contents/hostile.txt'],
      ['POST', '/api/contents/hostile.txt/checkpoints'],
      ['POST', '/api/kernels'],
      ['POST', '/api/sessions'],
      ['PATCH', `/api/sessions/${randomUUID()}`],
      ['POST', '/api/terminals'],
      ['PUT', '/api/config/hostile'],
      ['PATCH', '/api/config/hostile'],
      ['PATCH', '/api/me'],
      ['POST', '/api/events'],
      ['PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes'],
      ['PUT', '/lab/api/workspaces/hostile'],
      ['POST', '/lab/api/extensions'],
      ['POST', '/lab/api/plugins'],
      ['POST', '/nbconvert/html'],
      ['POST', '/api/security/csp-report'],
      ['POST', '/login'],
    ];
    test.each(routes)('%s %s answers all of them', async (method, path) => {
      for (const [what, body] of bodies) {
        const answer = await send(server, { method, path, body });
        expect(answer.status, `${what}: ${answer.text().slice(0, 300)}`).toBeGreaterThanOrEqual(200);
        // An error is explained in Jupyter's words, never by a stack of ours.
        expect(answer.text(), what).not.toMatch(/at .*\.(js|ts):\d+/);
        if (answer.status >= 400 && path.startsWith('/api/'))
          expect(answer.json(), what).toHaveProperty('message');
      }
    });
    test('and the server lives on', async () => {
      const kernels = (await sendOk(server, { path: '/api/kernels' })).json<{ id: string }[]>();
      const started = kernels.filter(({ id }) => id !== kernelId);
      await Promise.all(
        started.map(({ id }) => send(server, { method: 'DELETE', path: `/api/kernels/${id}` })),
      );
      await expectAlive();
    });
  });

  describe('requests', () => {
    test.each([
      ['garbage', randomBytes(500)],
      ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
      ['a bad header', 'GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nbad header\r\n\r\n'],
      [
        'two lengths',
        'POST /api/contents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      ['a huge header', `GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(MIB)}\r\n\r\n`],
      ['a huge path', `GET /api/contents/${'x'.repeat(MIB)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`],
      ['a bad escape', 'GET /api/contents/%E0%A4%A HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
      ['no Host', 'GET /api HTTP/1.1\r\n\r\n'],
      ['an absolute address', 'GET http://evil.example/api/contents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
      [
        'a foreign upgrade',
        'GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      ],
      ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ])('%s is refused or ignored', async (_, bytes) => {
      expect(await sendRaw(server, bytes)).not.toMatch(/^HTTP\/1\.1 5/);
      await expectAlive();
    });

    test('a run of slashes holds nobody up', async () => {
      const run = '/'.repeat(60_000);
      const paths = [`/api${run}a/`, `/login${run}a/`, `/lab${run}a/`, `/view/a${run}a`, `/a${run}a/`];
      // Each of them once took more than a second of everybody's time.
      const asked = Array.from({ length: 50 }, (_, index) =>
        sendRaw(
          server,
          `GET ${paths[index % paths.length]}?token=${index % 2 === 0 ? '' : server.token} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
        ),
      );
      for (const answer of await Promise.all(asked)) expect(answer).toMatch(/^HTTP\/1\.1 [34]/);
      await expectAlive();
    });

    test('a save that breaks off leaves the file as it was', async () => {
      await sendOk(server, {
        method: 'PUT',
        path: '/api/contents/whole.txt',
        body: { type: 'file', format: 'text', content: 'whole' },
      });
      const half = `{"type": "file", "format": "text", "content": "${'x'.repeat(MIB)}`;
      const head = `PUT /api/contents/whole.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token ${server.token}\r\nContent-Length: ${2 * MIB}\r\n\r\n`;
      await sendRaw(server, head + half);
      expect(readFileSync(join(server.folders.root, 'whole.txt'), 'utf8')).toBe('whole');
      await expectAlive();
    });

    test('a body beyond the limit is refused before it is sent', async () => {
      const head = `PUT /api/contents/large.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token ${server.token}\r\nContent-Length: ${4096 * MIB}\r\n\r\n{`;
      expect(await sendRaw(server, head)).toMatch(/^HTTP\/1\.1 4/);
      await expectAlive();
    });
  });

  describe('files', () => {
    test('nothing outside of the root is reached or changed', async () => {
      writeFileSync(join(server.folders.own, 'outside.txt'), 'outside\n');
      const ways = [
        '..',
        '%2e%2e',
        '..%2f',
        '%2e%2e%2f',
        '.%2e/',
        'x/../..',
        'x/%2e%2e/%2e%2e',
        '..%252f',
        '..%c0%af',
        '..\\',
        '%5c..',
        '/..',
        '//..',
      ];
      for (const way of ways) {
        const target = `${way}/outside.txt`.replace(/%2f\/|\/\//gi, (slash) => slash.slice(0, -1));
        for (const base of [
          '/api/contents/',
          '/files/',
          '/view/',
          '/nbconvert/html/',
          '/tree/',
          '/lab/api/themes/',
          '/static/',
          '/kernelspecs/python3/',
          '/lab/extensions/',
        ]) {
          const answer = await send(server, { path: base + target });
          expect(answer.text(), base + target).not.toContain('outside\n');
        }
        for (const [method, body] of [
          ['PUT', { type: 'file', format: 'text', content: 'changed' }],
          ['PATCH', { path: 'taken.txt' }],
          ['DELETE', undefined],
        ] as const)
          await send(server, { method, path: `/api/contents/${target}`, body });
        await send(server, { method: 'POST', path: '/api/contents', body: { copy_from: target } });
        await send(server, { method: 'PATCH', path: '/api/contents/whole.txt', body: { path: target } });
      }
      expect(readFileSync(join(server.folders.own, 'outside.txt'), 'utf8')).toBe('outside\n');
      expect(readdirSync(server.folders.own).sort()).toEqual([
        'config',
        'data',
        'home',
        'outside.txt',
        'root',
        'run',
        'state',
        'tmp',
      ]);
      await expectAlive();
    });

    test('a damaged notebook is refused with an explanation and stays as it is', async () => {
      const damaged: [string, string | Buffer][] = [
        ['cut.ipynb', '{"cells": [{"cell_type": "code", "sour'],
        ['bytes.ipynb', Buffer.from([0xff, 0xfe, 0x00, 0x7b])],
        ['deep.ipynb', '['.repeat(100_000)],
        ['number.ipynb', '5'],
      ];
      for (const [name, content] of damaged) {
        writeFileSync(join(server.folders.root, name), content);
        const answer = await send(server, { path: `/api/contents/${name}?type=notebook` });
        expect(answer.status, name).toBe(400);
        expect(String(answer.json()['message']), name).not.toBe('');
        expect(readFileSync(join(server.folders.root, name)).equals(Buffer.from(content)), name).toBe(true);
      }
      await expectAlive();
    });

    test('a folder of 100,000 entries is listed, and others are answered meanwhile', async () => {
      const folder = join(server.folders.root, 'many');
      mkdirSync(folder);
      for (let i = 0; i < 100_000; i++) writeFileSync(join(folder, `file-${i}.txt`), '');
      let listed = false;
      const listing = send(server, { path: '/api/contents/many' }).then((answer) => {
        listed = true;
        return answer;
      });
      let meanwhile = 0;
      while (!listed) {
        expect((await send(server, { path: '/api/status' })).status).toBe(200);
        meanwhile++;
      }
      const answer = await listing;
      expect(answer.json<{ content: unknown[] }>().content).toHaveLength(100_000);
      expect(meanwhile).toBeGreaterThan(1);
      await expectAlive();
    });

    test('1 GiB is uploaded in chunks in bounded memory, and comes out whole and streamed', async () => {
      const before = residentBytes(server.pid);
      const sent = await uploadInChunks(server, 'large.bin', randomBytes(8 * MIB), 128);
      const file = join(server.folders.root, 'large.bin');
      expect(statSync(file).size).toBe(1024 * MIB);
      expect(await sha256OfFile(file)).toBe(sent);
      const response = await fetch(`${server.origin}/files/large.bin?token=${server.token}`);
      let received = 0;
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        received += chunk.length;
      expect(received).toBe(1024 * MIB);
      expect(peakResidentBytes(server.pid) - before).toBeLessThan(700 * MIB);
      await expectAlive();
    }, 120_000);
  });

  describe('websockets', () => {
    const open = (path: string, protocols: string[] = []): WebSocket =>
      new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, protocols, {
        headers: { authorization: `token ${server.token}` },
      });
    const channels = (): string => `/api/kernels/${kernelId}/channels?session_id=${randomUUID()}`;
    const word = (...values: number[]): Buffer => {
      const bytes = Buffer.alloc(8 * values.length);
      values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), 8 * index));
      return bytes;
    };
    const frames: [string, Buffer | string][] = [
      ['nothing', Buffer.alloc(0)],
      ['one byte', Buffer.from([1])],
      ['no offsets', word(0)],
      ['a count beyond the frame', word(1_000_000)],
      ['2^64-1 offsets', Buffer.alloc(8, 0xff)],
      ['offsets beyond the frame', word(6, 56, 1e6, 2e6, 3e6, 4e6, 5e6)],
      ['offsets backwards', Buffer.concat([word(6, 100, 90, 80, 70, 60, 50), Buffer.alloc(100)])],
      ['parts that are not JSON', Buffer.concat([word(6, 56, 61, 62, 63, 64, 65), Buffer.from('shellxxxx')])],
      ['random bytes', randomBytes(10_000)],
      ['text that is not JSON', 'hello'],
      ['JSON null', 'null'],
      ['a JSON list', '[]'],
      ['an empty message', '{}'],
      ['no header', '{"channel": "shell", "content": {}}'],
      [
        'a header of the wrong type',
        '{"channel": "shell", "header": 5, "parent_header": 5, "metadata": 5, "content": 5}',
      ],
      [
        'an unknown channel',
        '{"channel": "nonsense", "header": {"msg_id": "1", "msg_type": "x", "session": "y"}, "parent_header": {}, "metadata": {}, "content": {}}',
      ],
      [
        'the iopub channel',
        '{"channel": "iopub", "header": {"msg_id": "1", "msg_type": "status", "session": "y"}, "parent_header": {}, "metadata": {}, "content": {"execution_state": "dead"}}',
      ],
      [
        'an unknown message type',
        '{"channel": "shell", "header": {"msg_id": "1", "msg_type": "nonsense", "session": "y"}, "parent_header": {}, "metadata": {}, "content": {}}',
      ],
    ];
    test.each([['v1.kernel.websocket.jupyter.org'], ['']])(
      'bad frames in the dialect "%s" harm nobody else',
      async (protocol) => {
        for (const [, frame] of frames) {
          const socket = open(channels(), protocol === '' ? [] : [protocol]);
          await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
          socket.send(frame);
          socket.send(frame, { binary: typeof frame === 'string' });
          await sleep(20);
          socket.terminate();
        }
        await expectAlive();
        expect(witness.received.some((message) => message.content['execution_state'] === 'dead')).toBe(false);
      },
    );

    test('bytes that break the websocket protocol end that socket only', async () => {
      const key = randomBytes(16).toString('base64');
      const head = `GET ${channels()} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token ${server.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
      const breaks = [
        randomBytes(1_000),
        Buffer.from([0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f]), // not masked
        Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), // reserved bits, a length of 2^64
        Buffer.from([0x89, 0xfe, 0x10, 0x00, 1, 2, 3, 4]), // a ping that is too long
      ];
      for (const bytes of breaks)
        expect(await sendRaw(server, Buffer.concat([Buffer.from(head), bytes]))).toContain('101');
      await expectAlive();
    });

    test('a frame beyond the limit ends that socket, one below it arrives', async () => {
      const socket = await KernelSocket.open(server, kernelId);
      const below = await socket.execute(`len("${'x'.repeat(5 * MIB)}")`);
      expect(JSON.stringify(below.iopub.map((message) => message.content))).toContain(String(5 * MIB));
      const beyond = open(channels());
      await new Promise((resolve, reject) => beyond.once('open', resolve).once('error', reject));
      const closed = new Promise<number>((resolve) => beyond.once('close', resolve));
      beyond.on('error', () => 'its end is what is waited for');
      beyond.send(Buffer.alloc(64 * MIB, 'x'));
      expect([1000, 1001]).not.toContain(await closed);
      await socket.close();
      await expectAlive();
    });

    test('bad messages to terminals and events harm nobody', async () => {
      const { name } = (await sendOk(server, { method: 'POST', path: '/api/terminals' })).json<{
        name: string;
      }>();
      for (const path of [`/terminals/websocket/${name}`, '/api/events/subscribe'])
        for (const frame of [
          'hello',
          'null',
          '[]',
          '["stdin"]',
          '["stdin", 5]',
          '["set_size", "a", -1, 1e99]',
          '["set_size"]',
          '{}',
          Buffer.from([1, 2]),
        ]) {
          const socket = open(path);
          await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
          socket.send(frame);
          await sleep(10);
          socket.terminate();
        }
      const terminal = await TextSocket.open(server, `/terminals/websocket/${name}`);
      terminal.send(['stdin', 'echo "= $((6*7))"\r']);
      await terminal.until(() => JSON.stringify(terminal.received).includes('= 42'), 'the answer');
      await terminal.close();
      await expectAlive();
    });

    test('1,000 sockets come and go, and nothing of them stays', async () => {
      const files = openFiles(server.pid);
      for (let round = 0; round < 20; round++)
        await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            const path = index % 2 === 0 ? channels() : '/api/events/subscribe';
            const socket = open(path, index % 4 === 0 ? ['v1.kernel.websocket.jupyter.org'] : []);
            await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
            const gone = new Promise((resolve) => socket.once('close', resolve));
            if (index % 3 === 0) socket.terminate();
            else socket.close();
            await gone;
          }),
        );
      await expect.poll(() => openFiles(server.pid), { timeout: 10_000 }).toBeLessThan(files + 20);
      const model = async (): Promise<unknown> =>
        (await sendOk(server, { path: `/api/kernels/${kernelId}` })).json()['connections'];
      await expect.poll(model, { timeout: 10_000 }).toBe(1);
      await expectAlive();
    });
  });
});
