import { createHash } from 'node:crypto';
import type { Collaboration } from '../settings.ts';
import type { JsonObject } from './json-object.ts';

/**
 * What the page is told of who speaks for its shared documents. Our extension reads `inTheLoopCollaboration`
 * (lab-extension/src/collaboration-mode.ts); the others are jupyter-collaboration's (contract §6.1): its browsers leave
 * running cells, and so writing outputs (I2), to the server.
 * By `inTheLoopRoot` a browser tells what it keeps of this folder from what it keeps of another one that was served at the
 * same address. Notebook's pages have it too, and are not told where the folder is.
 */
export function collaborationPageConfig(collaboration: Collaboration, rootDirectory: string): JsonObject {
  switch (collaboration) {
    case 'on':
      return {
        inTheLoopCollaboration: 'on',
        inTheLoopRoot: createHash('sha256').update(rootDirectory).digest('hex').slice(0, 32),
      };
    case 'stock':
      return { inTheLoopCollaboration: 'stock', disableRTC: false, serverSideExecution: true };
    case 'off':
      return {};
  }
}

const STOCK_CLIENT = ['@jupyter/collaboration-extension', '@jupyter/docprovider-extension'] as const;

/**
 * The packages that must not be loaded. Where nobody asked for jupyter-collaboration's client, all of it goes: its page
 * config option `disableRTC` leaves its executor and a socket for who is here, which is opened again and again, and
 * without that option no document would open.
 */
export function excludedExtensions(collaboration: Collaboration): readonly string[] {
  return collaboration === 'stock' ? [] : STOCK_CLIENT;
}

/** Plugins of JupyterLab itself, each after the one of ours that takes its place. */
const REPLACED_BY_OURS: readonly (readonly [string, readonly string[]])[] = [
  ['@in-the-loop/lab-extension:connection-lost', ['@jupyterlab/hub-extension:connectionlost']],
  // Two plugins that provide one token are none (contract §5).
  ['@in-the-loop/lab-extension:cell-executor', ['@jupyterlab/notebook-extension:cell-executor']],
];

/** What must give way to ours, unless ours is disabled; any configuration can enable it again. */
export function replacedPlugins(
  collaboration: Collaboration,
): readonly (readonly [string, readonly string[]])[] {
  return collaboration === 'on' ? REPLACED_BY_OURS : [];
}
