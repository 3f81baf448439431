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
});
