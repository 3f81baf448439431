import { describe, expect, it } from 'vitest';
import { StreamedText } from './streamed-text.ts';
import type { StreamedPiece } from './streamed-text.ts';

/** A log whose appends end when the test says so. */
function slowLog() {
  const appends: { pieces: readonly StreamedPiece[]; end: (error?: Error) => void }[] = [];
  const text = new StreamedText(
    (pieces) =>
      new Promise((resolve, reject) => {
        appends.push({ pieces, end: (error) => (error ? reject(error) : resolve()) });
      }),
  );
  return { appends, text };
}

const settled = (): Promise<void> => new Promise(setImmediate);

describe('streamed text', () => {
  it('[E4] keeps the order of what is said and what is thought', async () => {
    const { appends, text } = slowLog();
    await text.add('reasoning', 'Hm');
    for (const word of ['so', ', ', 'it']) await text.add('reasoning', word);
    await text.add('text', 'It ');
    await text.add('text', 'is');
    appends[0]?.end();
    await settled();
    expect(appends.map(({ pieces }) => pieces)).toEqual([
      [{ kind: 'reasoning', text: 'Hm' }],
      [
        { kind: 'reasoning', text: 'so, it' },
        { kind: 'text', text: 'It is' },
      ],
    ]);
    const rest = text.rest();
    appends[1]?.end();
    expect(await rest).toEqual([]);
  });

  it('[E4] lets the model wait where much waits for the log', async () => {
    const { appends, text } = slowLog();
    await text.add('text', 'a');
    let isTaken = false;
    const added = text.add('text', 'x'.repeat(300_000)).then(() => (isTaken = true));
    await settled();
    expect(isTaken).toBe(false);
    appends[0]?.end();
    await added;
    appends[1]?.end();
    expect(await text.rest()).toEqual([]);
  });

  it('[E1] says to whoever goes on that an append failed', async () => {
    const { appends, text } = slowLog();
    await text.add('text', 'a');
    appends[0]?.end(new Error('disk full'));
    await settled();
    await expect(text.add('text', 'b')).rejects.toThrow('disk full');
    await expect(text.rest()).rejects.toThrow('disk full');
  });
});
