import { expect, test } from 'vitest';
import { jsonLines } from './json-lines.ts';

async function read(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const values: unknown[] = [];
  for await (const value of jsonLines(stream)) values.push(value);
  return values;
}

test('reads lines of JSON, wherever they are cut, within a character too', async () => {
  const bytes = new TextEncoder().encode('{"text":"é"}\n\n{"text":"ü"}');
  const values = [{ text: 'é' }, { text: 'ü' }];
  for (let cut = 0; cut <= bytes.length; cut += 1)
    expect(await read([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(values);
});
