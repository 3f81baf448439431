import { describe, test } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../servers/http.ts';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { Deviation } from './deviation.ts';
import { expectSame } from './expect-same.ts';
import type { Observation } from './observation.ts';
import { observe } from './observation.ts';
import type { ServerPair } from './server-pair.ts';

/** One row of a table: a request that both servers get. `{name}` stands for what an earlier answer was remembered as. */
export interface RequestRow extends HttpRequest {
  /** Tells rows with the same method and path apart. */
  readonly note?: string;
  /** Keys of the answer's JSON that differ between any two runs. */
  readonly ignore?: readonly string[];
  readonly remember?: (answer: HttpAnswer) => Record<string, string>;
  /** What to do on each server's disk before the request. */
  readonly before?: (server: JupyterServerProcess) => void | Promise<void>;
  /** Without it, whatever differs is a failure. */
  readonly deviation?: Deviation;
}

/** A test a row: the same request to both, in order, must be answered the same. */
export function compareRequests(title: string, pair: ServerPair, rows: readonly RequestRow[]): void {
  describe(title, () => {
    const memory = { stock: new Map<string, string>(), ours: new Map<string, string>() };
    for (const row of rows) {
      const name = nameOf(row);
      test(name, async () => {
        const [stock, ours] = await Promise.all([
          ask(pair.stock, row, memory.stock),
          ask(pair.ours, row, memory.ours),
        ]);
        expectSame(flatten(stock), flatten(ours), row.deviation);
      });
    }
  });
}

function nameOf({ method = 'GET', path, body, note }: RequestRow): string {
  const sent = body === undefined || Buffer.isBuffer(body) ? '' : ` ${JSON.stringify(body)}`;
  const short = sent.length > 90 ? `${sent.slice(0, 87)}…` : sent;
  return `${method} ${path.slice(0, 120)}${short}${note === undefined ? '' : ` (${note})`}`;
}

async function ask(
  server: JupyterServerProcess,
  row: RequestRow,
  memory: Map<string, string>,
): Promise<Observation> {
  await row.before?.(server);
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => memory.get(name) ?? whole);
  const filledHeaders = Object.entries(row.headers ?? {}).map(([name, value]) => [name, fill(value)]);
  const body: unknown =
    row.body === undefined || Buffer.isBuffer(row.body) || memory.size === 0
      ? row.body
      : typeof row.body === 'string'
        ? fill(row.body)
        : JSON.parse(fill(JSON.stringify(row.body)));
  const answer = await send(server, {
    ...row,
    path: fill(row.path),
    headers: Object.fromEntries(filledHeaders) as Record<string, string>,
    ...(body === undefined ? {} : { body }),
  });
  for (const [name, value] of Object.entries(row.remember?.(answer) ?? {})) memory.set(name, value);
  return observe(server, answer, row.ignore ?? [], memory);
}

const flatten = ({ headers, ...rest }: Observation): Record<string, unknown> => ({
  ...rest,
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`header ${name}`, value])),
});
