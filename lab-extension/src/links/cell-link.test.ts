import { describe, expect, it } from 'vitest';
import { cellOfHash, notebookLink } from './cell-link.ts';

const lab = { serverUrl: 'https://host:8888/base/', page: 'lab/tree' } as const;

describe('notebookLink', () => {
  it('leads to a notebook, and to a cell of it', () => {
    expect(notebookLink(lab, 'a.ipynb')).toBe('https://host:8888/base/lab/tree/a.ipynb');
    expect(notebookLink({ ...lab, page: 'notebooks' }, 'dir/a.ipynb', 'x1')).toBe(
      'https://host:8888/base/notebooks/dir/a.ipynb#cell-id=x1',
    );
  });

  it('I10: never carries a token, nor anything else of the address that it is made from', () => {
    const link = notebookLink(
      { ...lab, serverUrl: 'https://me:secret@host/base?token=secret#x' },
      'a.ipynb',
      'c',
    );
    expect(link).toBe('https://host/base/lab/tree/a.ipynb#cell-id=c');
  });

  it('carries any name', () => {
    expect(notebookLink(lab, 'día #1/50%?.ipynb')).toBe(
      'https://host:8888/base/lab/tree/d%C3%ADa%20%231/50%25%3F.ipynb',
    );
  });
});

describe('cellOfHash', () => {
  it('finds the cell of a link', () => {
    const { hash } = new URL(notebookLink(lab, 'a.ipynb', 'an id / with #'));
    expect(cellOfHash(hash)).toBe('an id / with #');
  });

  it.each(['', '#', '#Heading', '#cell-id=', '#cell-id=%'])('finds none in %j', (hash) => {
    expect(cellOfHash(hash)).toBeNull();
  });
});
