import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import { startOurServer } from '../servers/our-server.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { codeCell, notebookOf } from '../servers/stock-page.ts';

/** A package that pip can install without an index. */
function makeWheel(folder: string): void {
  const script = [
    'import zipfile',
    'with zipfile.ZipFile("fish_for.tests-3.1-py3-none-any.whl", "w") as wheel:',
    '    info = "fish_for.tests-3.1.dist-info"',
    '    wheel.writestr("fish_for_tests.py", "SWIMS = True\\n")',
    '    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: fish_for.tests\\nVersion: 3.1\\n")',
    '    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
    '    wheel.writestr(f"{info}/RECORD", "")',
  ];
  execFileSync(join(PREFIX, 'bin', 'python'), ['-c', script.join('\n')], { cwd: folder });
}

test(
  'what a cell installs is noted in its notebook, for whoever has it open and in the file',
  { timeout: 90_000 },
  async () => {
    const server = await startOurServer({ args: ['--collaboration', 'on'] });
    try {
      makeWheel(server.folders.root);
      const target = join(server.folders.root, 'installed');
      const install = `%pip install --no-index --find-links . --no-deps --target ${target} 'fish-for-tests>=3'`;
      const file = join(server.folders.root, 'n.ipynb');
      const cells = [codeCell('one', '%pip --version'), codeCell('two', install)];
      writeFileSync(
        file,
        JSON.stringify({ ...notebookOf(...cells), metadata: { in_the_loop: { ours: 1 } } }),
      );
      const asked = await sendOk(server, {
        method: 'POST',
        path: '/api/in-the-loop/v1/runs',
        body: { path: 'n.ipynb' },
      });
      expect(asked.status).toBeLessThan(300);
      const noted = (): unknown =>
        (JSON.parse(readFileSync(file, 'utf8')) as { metadata: Record<string, unknown> }).metadata[
          'in_the_loop'
        ];
      await expect
        .poll(noted, { timeout: 60_000 })
        .toEqual({ ours: 1, packages: { 'fish-for-tests': '3.1' } });
    } finally {
      await server.close();
    }
  },
);
