import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Router } from 'express';
import pino from 'pino';
import { vi } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { serveSettings } from '../../server/cli/serve-settings.ts';
import { startServer } from '../../server/compose.ts';
import { composeRoutes } from '../../server/compose-routes.ts';
import type { ServerRoutes } from '../../server/compose-routes.ts';
import type { Collaboration } from '../../server/settings.ts';
import { PREFIX } from '../servers/stock-server.ts';

/** One method at one pattern of paths, as the server's routers match it. */
export interface ComposedRoute {
  readonly method: string;
  /** As the code writes it, to be named in failures. */
  readonly pattern: string;
  matches(path: string): boolean;
}

interface Layer {
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  match(path: string): { readonly path: string } | false;
}

/**
 * What a server with all its parts answers, without any request. The test file that asks spies on the composition:
 * `vi.mock('…/server/compose-routes.ts', { spy: true })`.
 */
export async function composedRoutes(collaboration: Collaboration): Promise<ServerRoutes> {
  const folder = mkdtempSync(join(tmpdir(), 'itl-routes-'));
  const [root, state] = [join(folder, 'root'), join(folder, 'state')];
  mkdirSync(root);
  try {
    const { settings, paths } = await serveSettings(
      { root, state, prefix: PREFIX, port: 0, collaboration, 'no-browser': true },
      { HOME: folder, PATH: process.env['PATH'] ?? '' },
    );
    const log = new MemoryEventLog();
    const logger = pino({ level: 'silent' });
    const server = await startServer({ settings, paths, log, logger, shutdown: () => undefined });
    await server.end();
    return vi.mocked(composeRoutes).mock.results.at(-1)?.value as ServerRoutes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function routesOf(routers: readonly Router[]): ComposedRoute[] {
  return routers.flatMap((router) => routesIn((router as unknown as { stack: readonly Layer[] }).stack));
}

function routesIn(layers: readonly Layer[]): ComposedRoute[] {
  return layers.flatMap((layer) => {
    if (layer.handle.stack !== undefined && layer.route === undefined) return routesIn(layer.handle.stack);
    const { route } = layer;
    if (route === undefined) return [];
    return Object.keys(route.methods).map((method) => ({
      method: method === '_all' ? 'ALL' : method.toUpperCase(),
      pattern: String(route.path),
      matches: (path: string) => layer.match(path) !== false,
    }));
  });
}
