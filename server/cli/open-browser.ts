import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Environment } from './environment-options.ts';

/** The program that opens an address, and its arguments; null on a machine without a screen. */
export function browserCommand(address: string, environment: Environment, platform: string): string[] | null {
  const chosen = environment['BROWSER']?.split(':')[0]?.trim();
  if (chosen) {
    const words = chosen.split(/\s+/);
    return chosen.includes('%s') ? words.map((word) => word.replace('%s', address)) : [...words, address];
  }
  if (platform === 'darwin') return ['open', address];
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open', address] : null;
}

/** Opens a page that redirects to the server. The address is printed anyway, so a browser that fails is no error. */
export function openBrowser(page: string, environment: Environment, failed: (error: Error) => void): void {
  const [program, ...args] = browserCommand(pathToFileURL(page).href, environment, process.platform) ?? [];
  if (program === undefined) return;
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', failed);
  child.unref();
}
