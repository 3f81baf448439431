// How long a notebook of 2,000 cells with 20 MB of outputs takes to open, from the address to an answer to a key: in
// JupyterLab on jupyter_server, and on this server with shared documents. node test/bench/many-outputs.mjs [rounds]
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { folder, installKernelspecs, JUPYTER_SERVER, OURS, startServer } from './servers.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const CELLS = 2000;
const BYTES = 20_000_000;

/** Tables, figures and texts in turn, of sizes from a tenth to nearly twice the average. */
function notebook(cellCount) {
  const cells = Array.from({ length: cellCount }, (_, at) => {
    const size = Math.round((BYTES / CELLS) * (0.1 + ((at * 7) % 19) / 10));
    const text = (bytes) =>
      randomBytes(Math.ceil(bytes / 2))
        .toString('hex')
        .replace(/(.{80})/g, '$1\n');
    const outputs = [
      { output_type: 'stream', name: 'stdout', text: text(size) },
      {
        output_type: 'display_data',
        metadata: {},
        data: {
          'image/png': randomBytes(Math.ceil(size * 0.75)).toString('base64'),
          'text/plain': '<Figure>',
        },
      },
      {
        output_type: 'execute_result',
        metadata: {},
        execution_count: at + 1,
        data: {
          'text/html': `<table>${text(size)
            .split('\n')
            .map((line) => `<tr><td>${line.slice(0, 40)}</td><td>${line.slice(40)}</td></tr>`)
            .join('')}</table>`,
          'text/plain': 'a table',
        },
      },
    ];
    const source = `value_${at} = compute(${at})\nvalue_${at}`;
    return {
      ...{ cell_type: 'code', id: `cell-${at}`, metadata: {}, source, execution_count: at + 1 },
      outputs: [outputs[at % 3]],
    };
  });
  const metadata = { kernelspec: { name: 'python3', display_name: 'python3', language: 'python' } };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1);
}

async function open(server, name, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
    viewport: { width: 1280, height: 800 },
  });
  try {
    const page = await context.newPage();
    const started = performance.now();
    await page.goto(`${server.baseUrl}/lab/tree/${name}?token=${server.token}&reset`);
    const editor = page.locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible .cm-content').first();
    await editor.waitFor({ timeout: 60_000 });
    await editor.click({ timeout: 60_000 });
    await page.keyboard.type('#typed');
    await editor.filter({ hasText: '#typed' }).waitFor({ timeout: 60_000 });
    const typed = performance.now() - started;
    // Interactive is what goes on answering: two frames in turn, a second long.
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          let calm = performance.now();
          let before = calm;
          const frame = (now) => {
            if (now - before > 200) calm = now;
            before = now;
            if (now - calm > 1000) resolve();
            else globalThis.requestAnimationFrame(frame);
          };
          globalThis.requestAnimationFrame(frame);
        }),
    );
    return { typed, calm: performance.now() - started - 1000 };
  } finally {
    await context.close();
  }
}

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
installKernelspecs();
const bytes = notebook(CELLS);
const times = {};
for (const [name, more] of [
  [JUPYTER_SERVER, []],
  [OURS, ['--collaboration', 'on']],
]) {
  const server = await startServer(name, undefined, more);
  const profile = mkdtempSync(join(tmpdir(), 'in-the-loop-profile-'));
  try {
    writeFileSync(join(server.root, 'warm.ipynb'), notebook(3));
    // The page's own files are in the browser's cache, as for whoever works here every day.
    await open(server, 'warm.ipynb', profile);
    times[name] = { first: [], again: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = `many-${round}.ipynb`;
      writeFileSync(join(server.root, file), bytes);
      times[name].first.push(await open(server, file, profile));
      times[name].again.push(await open(server, file, profile));
    }
  } finally {
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
for (const which of ['first', 'again'])
  for (const until of ['typed', 'calm']) {
    const [theirs, ours] = [JUPYTER_SERVER, OURS].map((name) =>
      median(times[name][which].map((each) => each[until])),
    );
    console.log(
      `${which} opening, until ${until}: jupyter_server ${theirs.toFixed(0)} ms, In the Loop ${ours.toFixed(0)} ms: ratio ${(ours / theirs).toFixed(2)}`,
    );
  }
rmSync(folder, { recursive: true, force: true });
