import type { Router } from 'express';

/** What is read of Express's layers: `router.stack` is how it matches itself, so that this cannot disagree with it. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  /** True for what is used without a path, i.e. middleware. */
  readonly slash: boolean;
  /** What of the path it took, or false. */
  match(path: string): { readonly path: string } | false;
}

/**
 * The methods (upper case) that routers answer at a path; empty where none knows it. `ALL` stands for every method.
 * Needed where nothing may be run yet: to tell 404 from 405, an unknown path from one that needs a login (which must
 * not be told apart by running its route), and for OPTIONS.
 * @throws Error with status 400 where the path cannot be decoded.
 */
export function methodsAt(routers: readonly Router[], path: string): ReadonlySet<string> {
  const methods = new Set<string>();
  for (const router of routers)
    collect((router as unknown as { stack: readonly Layer[] }).stack, path, methods);
  return methods;
}

function collect(layers: readonly Layer[], path: string, methods: Set<string>): void {
  for (const layer of layers) {
    const isMiddleware = layer.route === undefined && layer.handle.stack === undefined && layer.slash;
    const match = isMiddleware ? false : layer.match(path);
    if (match === false) continue;
    if (layer.route !== undefined) {
      for (const method of Object.keys(layer.route.methods))
        methods.add(method === '_all' ? 'ALL' : method.toUpperCase());
      if (methods.has('GET')) methods.add('HEAD');
    } else if (layer.handle.stack !== undefined) {
      const rest = path.slice(match.path.length);
      collect(layer.handle.stack, rest.startsWith('/') ? rest : `/${rest}`, methods);
    } else methods.add('ALL');
  }
}

export function answersMethod(methods: ReadonlySet<string>, method: string): boolean {
  return methods.has(method) || methods.has('ALL');
}
