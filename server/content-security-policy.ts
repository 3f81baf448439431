import type { PathKind } from './http-path.ts';

const ADDED: Readonly<Record<PathKind, string>> = {
  api: "; default-src 'none'",
  sandboxed: '; sandbox allow-scripts',
  page: '',
};

/** As Jupyter's (contract §2.1): stricter pages break extensions that are installed today. */
export function contentSecurityPolicy(baseUrl: string, kind: PathKind): string {
  return `frame-ancestors 'self'; report-uri ${baseUrl}api/security/csp-report${ADDED[kind]}`;
}
