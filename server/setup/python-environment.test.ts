import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPython } from './python-environment.mjs';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'itl-python-'));
});
afterEach(() => rmSync(bin, { recursive: true }));

/** Answers as a Python does that is asked for its version, and whether it can make environments. */
function python(name: string, answer: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\necho ${answer}\n`);
  chmodSync(join(bin, name), 0o755);
}

describe('findPython', () => {
  it('passes over those that are too old or cannot make environments', () => {
    python('python3', '3 9 True');
    python('python3.13', '3 13 False');
    python('python3.12', '3 12 True');
    expect(findPython({ PATH: bin })).toMatchObject({ command: 'python3.12', version: '3.12' });
  });

  it('explains that there is none', () => {
    expect(() => findPython({ PATH: bin })).toThrow(
      /there is no python3 on your PATH\. Install it.*--prefix/,
    );
  });

  it('explains that it is too old', () => {
    python('python3', '3 9 True');
    expect(() => findPython({ PATH: bin })).toThrow(/needs Python 3\.11 .*python3 is 3\.9\. Install it/);
  });

  it('explains that a part of it is missing, as on Debian', () => {
    python('python3', '3 11 False');
    expect(() => findPython({ PATH: bin })).toThrow(/apt install python3-venv.*--prefix/);
  });
});
