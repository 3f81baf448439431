// How many bytes the first and the second visit of /lab take, by Chromium's own network log, from both servers.
//   node test/browser/first-visit-bytes.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { removeFolder, startServer } from '../bench/servers.mjs';

/** One visit in a tab of its own, from the first request until the launcher stands and the network is quiet. */
async function visit(context, url) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests++;
  });
  await page.goto(url);
  await page.locator('.jp-LauncherCard').first().waitFor({ timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  await page.close();
  return { bytes, requests };
}

async function measure(name) {
  const server = await startServer(name);
  // A profile on disk, as a person has one: a private window would keep no cache between visits.
  const profile = mkdtempSync(join(tmpdir(), 'in-the-loop-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const url = `${server.baseUrl}/lab?token=${server.token}`;
    return { first: await visit(context, url), second: await visit(context, url) };
  } finally {
    await context.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const stock = await measure('jupyter_server');
const ours = await measure('In the Loop');
for (const which of ['first', 'second']) {
  const [theirs, own] = [stock[which], ours[which]];
  const ratio = (own.bytes / theirs.bytes).toFixed(3);
  console.log(
    `${which} visit: jupyter_server ${theirs.bytes} bytes in ${theirs.requests} requests, ` +
      `In the Loop ${own.bytes} bytes in ${own.requests}: ratio ${ratio}`,
  );
}
removeFolder();
