import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, TOKEN, type AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { PrintedRun } from '../../test/doubles/printed-run.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { readRunText, RunTextGoneError } from './read-run-text.ts';
import { runTextRoutes, type TextSource } from './run-text-routes.ts';

async function readPart(run: PrintedRun, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readRunText(run.log, run.logged, start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("a run's text", () => {
  it('is read from any byte to any other, among what others say', async () => {
    const printing = new PrintedRun();
    await printing.say('before', 'other');
    for (const text of ['äöü', '', '😀'.repeat(1_000_000), '\ud800', 'x'.repeat(5_000_000), '\r\b end\n']) {
      await printing.say(text);
      await printing.say('elsewhere', 'other');
      await printing.say('error', 'run', 'stderr');
    }
    const whole = Buffer.from(printing.all);
    expect(printing.texts.get('stdout')).toMatchObject({ bytes: whole.length });
    expect(printing.texts.get('stdout')?.marks.length).toBeGreaterThan(1);
    const place = fc.nat(whole.length);
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        expect((await readPart(printing, start, end)).equals(whole.subarray(start, end))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is not taken for whole where the log has lost some of it', async () => {
    const printing = new PrintedRun();
    await printing.say('one');
    await printing.say('two');
    await printing.log.trim('kernel/k', 1);
    await expect(readPart(printing, 0, 6)).rejects.toThrow(RunTextGoneError);
  });
});

describe('GET /api/in-the-loop/v1/runs/{id}/text/{name}', () => {
  const all = 'lines of text\n'.repeat(100_000);
  let app: AppUnderTest;
  let found: TextSource | null = null;
  let asked: [string, string][] = [];
  /** Bytes that were asked of the source. */
  let given = 0;

  beforeAll(async () => {
    const findText = (run: string, name: string): Promise<TextSource | null> => {
      asked.push([run, name]);
      return Promise.resolve(found);
    };
    app = await startApp({
      authenticatedRoutes: () => [runTextRoutes({ authorize: authorizeSignedIn, findText })],
    });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    asked = [];
    given = 0;
    found = sourceOf(Buffer.from(all));
  });

  function sourceOf(bytes: Buffer): TextSource {
    return {
      bytes: bytes.length,
      // eslint-disable-next-line @typescript-eslint/require-await -- the source of a stream
      async *read(start, end) {
        for (let at = start; at < end; at += 1000) {
          given += 1000;
          yield bytes.subarray(at, Math.min(end, at + 1000));
        }
      },
    };
  }

  const path = '/api/in-the-loop/v1/runs/a%2Fb/text/stdout';

  it('gives all of it', async () => {
    const { status, headers, text } = await app.ask(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '1400000',
      'accept-ranges': 'bytes',
      etag: '"1400000"',
    });
    expect(text === all).toBe(true);
    expect(asked).toEqual([['a/b', 'stdout']]);
  });

  it.each([
    ['bytes=10-19', 206, 'bytes 10-19/1400000', all.slice(10, 20)],
    ['bytes=-5', 206, 'bytes 1399995-1399999/1400000', 'text\n'],
    ['bytes=1399995-', 206, 'bytes 1399995-1399999/1400000', 'text\n'],
    ['bytes=1400000-', 416, 'bytes */1400000', ''],
  ])('answers %s with %i', async (range, status, contentRange, text) => {
    const answer = await app.ask(path, { headers: { range } });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-range']).toBe(contentRange);
  });

  it('says by HEAD how much there is, and reads nothing', async () => {
    const { status, headers } = await app.ask(path, { method: 'HEAD' });
    expect([status, headers['content-length'], given]).toEqual([200, '1400000', 0]);
  });

  it('sends nothing again to who has it, and the rest to who has the beginning', async () => {
    expect(await app.ask(path, { headers: { 'if-none-match': '"1400000"' } })).toMatchObject({
      status: 304,
      text: '',
    });
    const rest = (tag: string) => app.ask(path, { headers: { range: 'bytes=1399995-', 'if-range': tag } });
    expect(await rest('"1399995"')).toMatchObject({ status: 206, text: 'text\n' });
    expect((await rest('"9999999"')).status).toBe(200);
  });

  it('answers 404 for what is not there, and nobody who is not signed in', async () => {
    found = null;
    expect((await app.ask(path)).status).toBe(404);
    expect((await app.ask(path, { auth: 'none' })).status).toBe(403);
  });

  it('I5: reads no further than somebody takes it', async () => {
    found = sourceOf(Buffer.alloc(100_000_000, 'x'));
    const socket = connect(app.port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token ${TOKEN}\r\n\r\n`);
    await once(socket, 'readable');
    // Nothing is taken from here on; what the network itself holds is some megabytes.
    let before = -1;
    while (given > before) {
      before = given;
      await app.ask('/api/in-the-loop/v1/runs/other/text/stdout', { method: 'HEAD' });
    }
    expect(given).toBeLessThan(50_000_000);
    socket.destroy();
  });

  it('breaks the connection where the text cannot be read to its end', async () => {
    found = {
      bytes: 100,
      // eslint-disable-next-line @typescript-eslint/require-await -- the source of a stream
      async *read() {
        yield Buffer.from('some');
        throw new RunTextGoneError('gone');
      },
    };
    await expect(app.ask(path)).rejects.toThrow();
  });
});
