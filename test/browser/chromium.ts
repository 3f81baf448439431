import { chromium } from 'playwright-core';
import type { Browser, BrowserServer } from 'playwright-core';

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
