import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserServer } from 'playwright-core';

const options = {
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--no-first-run',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** The system's Chromium, or the one that set-up found or installed. It never calls home: tests run without a network. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(options);
}

/** The same in a process that a test may kill. */
export async function launchMortalChromium(): Promise<{
  readonly browser: Browser;
  readonly process: BrowserServer;
}> {
  const process = await chromium.launchServer(options);
  return { browser: await chromium.connect(process.wsEndpoint()), process };
}

/** One whose profile outlives it, in a process that a test may kill: what a crash of the browser leaves is on disk. */
export async function launchChromiumOn(profile: string): Promise<{
  readonly browser: Browser;
  readonly context: BrowserContext;
  kill(): Promise<void>;
}> {
  const process = spawn(
    options.executablePath,
    [
      ...options.args,
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    // A group of its own: a browser is many processes.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(process, 'exit');
  const kill = async (): Promise<void> => {
    if (process.exitCode === null && process.signalCode === null)
      globalThis.process.kill(-(process.pid as number), 'SIGKILL');
    await ended;
  };
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    // Read to its end: a full pipe would hold it up.
    process.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`Chromium did not start:\n${printed}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  return { browser, context: browser.contexts()[0] as BrowserContext, kill };
}
