import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { chooseBase } from './choose-base.ts';
import { linesApart } from './text-hunks.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @param bases oldest first; `vector` as in `Base` */
async function chosen(
  bases: readonly { readonly text: string; readonly vector: Uint8Array | null }[],
  { told, file, ydoc }: { readonly told: string; readonly file: string; readonly ydoc: Y.Doc },
): Promise<string | undefined> {
  const texts = new Map(bases.map(({ text }) => [hashOf(text), text]));
  const sha256 = await chooseBase({
    bases: bases.map(({ text, vector }, order) => ({ sha256: hashOf(text), vector, order })),
    hash: hashOf(told),
    vector: Y.encodeStateVector(ydoc),
    file: () => Promise.resolve({ bytes: Buffer.from(file), state: { mtimeMs: 10 } }),
    bytes: (of) => Promise.resolve(texts.has(of) ? Buffer.from(texts.get(of)!) : null),
    parse: (bytes) => Promise.resolve(bytes.toString()),
    distance: linesApart,
  });
  return texts.get(sha256 ?? '');
}

function edited(): Y.Doc {
  const ydoc = new Y.Doc();
  ydoc.getText().insert(0, 'a');
  return ydoc;
}

test('[B1] what another program wrote is no base where the server ended before it was taken in', async () => {
  const ydoc = edited();
  const bases = [
    { text: 'ours\n', vector: Y.encodeStateVector(ydoc) },
    { text: 'ours\ntheirs\n', vector: null },
  ];
  const told = 'ours\n';
  expect(await chosen(bases, { told, file: 'ours\ntheirs\n', ydoc })).toBe('ours\n');
  expect(await chosen(bases, { told, file: 'ours\ntheirs\nmore\n', ydoc })).toBe('ours\n');
});

test('[B3] what another program wrote before the last save may be what it has gone on from', async () => {
  const ydoc = edited();
  const bases = [
    { text: 'theirs\n', vector: null },
    { text: 'theirs\nours\n', vector: Y.encodeStateVector(ydoc) },
  ];
  expect(await chosen(bases, { told: 'theirs\nours\n', file: 'theirs\nmore\n', ydoc })).toBe('theirs\n');
});

test('[B1] what was made of a document that this one does not hold all of is no base', async () => {
  const [ydoc, later] = [edited(), new Y.Doc()];
  Y.applyUpdate(later, Y.encodeStateAsUpdate(ydoc));
  later.getText().insert(1, 'b');
  const bases = [
    { text: 'a\n', vector: Y.encodeStateVector(ydoc) },
    { text: 'ab\n', vector: Y.encodeStateVector(later) },
  ];
  expect(await chosen(bases, { told: 'a\n', file: 'ab\n', ydoc })).toBe('a\n');
});
