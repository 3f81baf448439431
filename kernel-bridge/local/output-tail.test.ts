import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { OutputTail } from './output-tail.ts';

async function read(chunks: (string | Buffer)[]) {
  const stream = new PassThrough();
  const lines: string[] = [];
  const tail = new OutputTail(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await tail.ended;
  return { lines, text: tail.text() };
}

describe('OutputTail', () => {
  test('[L7] joins chunks into lines, even inside a letter, and takes an unfinished last line', async () => {
    const bytes = Buffer.from('grün\r\nrot\nend');
    const { lines, text } = await read([bytes.subarray(0, 3), bytes.subarray(3)]);
    expect(lines).toEqual(['grün', 'rot', 'end']);
    expect(text).toBe('grün\nrot\nend');
  });

  test('[L7] keeps the last lines only, and no endless ones', async () => {
    const many = await read(Array.from({ length: 1000 }, (_, index) => `${index}\n`));
    expect(many.lines).toHaveLength(1000);
    expect(many.text.split('\n')).toEqual(Array.from({ length: 40 }, (_, index) => String(960 + index)));
    const endless = await read(Array.from({ length: 100 }, () => 'x'.repeat(65_536)));
    expect(endless.text.length).toBeLessThan(200_000);
  });

  test('[L7] a flood is passed on whole, in handfuls, and read no faster than that', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    let inThisTurn = 0;
    let most = 0;
    let count = 0;
    const tail = new OutputTail(stream, (line) => {
      expect(line).toBe(String(count++));
      if (inThisTurn++ === 0) setImmediate(() => (inThisTurn = 0));
      most = Math.max(most, inThisTurn);
    });
    const chunks = Array.from({ length: 20 }, (_, chunk) =>
      Array.from({ length: 1000 }, (__, line) => `${1000 * chunk + line}\n`).join(''),
    );
    stream.write(chunks[0]);
    for (const chunk of chunks.slice(1)) stream.write(chunk);
    expect(stream.isPaused()).toBe(true);
    stream.end();
    await tail.ended;
    expect(count).toBe(20_000);
    expect(most).toBeLessThanOrEqual(200);
    expect(tail.text().split('\n').at(-1)).toBe('19999');
  });
});
