import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernel } from '../../kernel-bridge/kernel.ts';
import { LocalLauncher } from '../../kernel-bridge/local/local-launcher.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { pyodideLaunch } from '../servers/pyodide-launch.ts';

const SECRET = 'what nobody in the sandbox may read';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const client = new KernelClient();
let root: string;
let launcher: LocalLauncher;
let kernel: Kernel;
let server: Server;
let port: number;
let knocks = 0;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-')));
  await writeFile(join(root, 'secret.txt'), SECRET);
  server = createServer((_request, response) => {
    knocks++;
    response.end(SECRET);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  server.on('connection', () => knocks++);
  launcher = new LocalLauncher({ log: quiet, folder: join(root, 'kernels') });
  kernel = await launcher.launch(await pyodideLaunch(root), client.listener);
  client.attach(kernel);
  await client.run(`
from pyodide.code import run_js
import js, pyodide_js
async def attempt(code):
    """What a piece of JavaScript gives, or how it fails."""
    try:
        got = run_js(code)
        return str(await got if hasattr(got, "then") else got)
    except BaseException as error:
        return "failed: " + str(error)
`);
});
afterAll(async () => {
  await launcher.close();
  server.close();
  await rm(root, { recursive: true });
});

const javascript = async (code: string): Promise<string> =>
  (await client.run(`print(await attempt(${JSON.stringify(code)}))`)).text.trim();
const python = async (code: string): Promise<string> =>
  (
    await client.run(
      `try:\n    print(${code})\nexcept BaseException as error:\n    print("failed:", type(error).__name__)`,
    )
  ).text.trim();

/** Whatever a way out gives is looked at: one that leads to the process, to modules or to files. */
const REACHED = String.raw`(given) => String(given?.versions?.node ?? given?.mainModule ?? typeof given?.readFileSync)`;

describe('[PY3] Python in WebAssembly reaches nothing but itself', () => {
  test.each([
    'process',
    'globalThis.process',
    'require',
    'module',
    'global.process',
    'Buffer.constructor("return process")()',
    'Function("return process")()',
    '(0, eval)("process")',
    '(async () => {}).constructor("return process")()',
    'fetch.constructor("return process")()',
    'setTimeout.constructor("return process")()',
    'setTimeout(() => {}, 1).constructor.constructor("return process")()',
    'new MessageChannel().port1.constructor.constructor("return process")()',
    'new AbortController().signal.constructor.constructor("return process")()',
    'WebAssembly.instantiate.constructor("return process")()',
    'crypto.getRandomValues.constructor("return process")()',
    'console.log.constructor("return process")()',
    'fetch("file:///").catch((e) => e.constructor.constructor("return process")())',
    'import("node:fs").catch((e) => e.constructor.constructor("return process")())',
  ])('not its process: %s', async (code) => {
    expect(await javascript(`(async () => (${REACHED})(await (${code})))()`)).toMatch(
      /process is not defined|is not defined|undefined/,
    );
  });

  test.each([
    'node:fs',
    'fs',
    'node:child_process',
    'node:net',
    'node:worker_threads',
    'node:module',
    'zeromq',
  ])('not the module %s', async (name) => {
    expect(await javascript(`import("${name}")`)).toContain('imports no modules');
    expect(await javascript(`new Function('return import("${name}")')()`)).toContain('failed');
  });

  test('no module of a file or of a text', async () => {
    const url = pathToFileURL(join(root, 'secret.txt')).href;
    for (const name of [url, 'data:text/javascript,export default process'])
      expect(await javascript(`import("${name}")`)).toContain('imports no modules');
  });

  test.each([
    'WebSocket',
    'EventSource',
    'XMLHttpRequest',
    'Worker',
    'BroadcastChannel',
    'navigator.serviceWorker',
  ])('no %s', async (name) => {
    expect(await javascript(`typeof ${name}`)).toBe('undefined');
  });

  test('a Request of ours, which holds an address and reaches nothing, instead of the web client’s', async () => {
    const names = 'Object.getOwnPropertyNames(Request.prototype).sort().join()';
    expect(await javascript(names)).toBe('clone,constructor');
  });

  test('not by whatever can be got to from what there is', async () => {
    const found = await javascript(String.raw`(() => {
      const seen = new Set();
      const waiting = [globalThis, (function () {}).constructor, (async function* () {}).constructor, new Error()];
      waiting.push(setTimeout(() => {}, 0), new MessageChannel(), new AbortController(), new URL('http://a/'), new Event('a'));
      waiting.push(new TextDecoder(), fetch('file:///nowhere').catch(() => 0), WebAssembly, [][Symbol.iterator]());
      Error.prepareStackTrace = (_error, sites) => sites;
      for (const site of new Error().stack) waiting.push(site.getThis(), site.getFunction());
      Error.prepareStackTrace = undefined;
      const found = [];
      while (waiting.length > 0 && seen.size < 200000) {
        const one = waiting.pop();
        if ((typeof one !== 'object' && typeof one !== 'function') || one === null || seen.has(one)) continue;
        seen.add(one);
        if (ArrayBuffer.isView(one)) continue;
        let keys = [];
        try { keys = Reflect.ownKeys(one); waiting.push(Object.getPrototypeOf(one)); } catch { continue; /* it lets nobody look */ }
        for (const key of keys) {
          const { value, get, set } = Object.getOwnPropertyDescriptor(one, key) ?? {};
          waiting.push(value, get, set);
          if (get) try { waiting.push(one[key]); } catch { /* what it throws is no way out */ }
          const isWay = typeof value === 'function' &&
            ['dlopen', 'binding', '_linkedBinding', 'readFileSync', 'spawn', 'getBuiltinModule', 'createRequire', 'dispatch', 'internalBinding'].includes(String(key));
          if (isWay && Object.getPrototypeOf(value) !== null) found.push(String(key));
        }
      }
      return seen.size + ' seen: ' + found;
    })()`);
    expect(Number.parseInt(found)).toBeGreaterThan(500);
    expect(found).toMatch(/seen:$/);
  });

  test('no file of the machine, whatever is done to the ways by which it asks', async () => {
    const secret = join(root, 'secret.txt');
    expect(await python(`open(${JSON.stringify(secret)}).read()`)).toBe('failed: FileNotFoundError');
    expect(await python('open("/etc/passwd").read()')).toBe('failed: FileNotFoundError');
    expect(await python('__import__("os").listdir(".")')).toBe('[]');
    for (const url of [
      pathToFileURL(secret).href,
      'file:///etc/passwd',
      'file:///proc/self/environ',
      pathToFileURL(String(kernel.connectionFile)).href,
      `${pathToFileURL(join(import.meta.dirname, '../../node_modules/pyodide')).href}/../../package.json`,
      `${pathToFileURL(join(import.meta.dirname, '../../node_modules/pyodide')).href}/%2e%2e/zeromq/package.json`,
      `${pathToFileURL(join(import.meta.dirname, '../../node_modules/pyodide')).href}/..%2fzeromq/package.json`,
    ])
      expect(await javascript(`fetch("${url}").then((r) => r.text())`)).toMatch(
        /has no access|cannot be had/,
      );
    expect(
      await javascript(`
        const { startsWith, includes } = String.prototype;
        String.prototype.startsWith = String.prototype.includes = () => true;
        const asked = fetch("${pathToFileURL(secret).href}").then((r) => r.text());
        Object.assign(String.prototype, { startsWith, includes });
        asked`),
    ).toContain('has no access');
    expect(
      await python(
        `pyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, js.Object.fromEntries([["root", ${JSON.stringify(root)}]]), "/tmp")`,
      ),
    ).toContain('failed');
  });

  test('no inner object of Node by a setter that it runs into', async () => {
    expect(await javascript('Object.defineProperty(Object.prototype, "loader", { set() {} })')).toContain(
      'not extensible',
    );
  });

  test('no server, by no way', async () => {
    const url = `http://127.0.0.1:${port}/`;
    expect(await javascript(`fetch("${url}").then((r) => r.text())`)).toContain('has no network');
    expect(
      await javascript(
        `globalThis[Symbol.for("undici.globalDispatcher.1")].dispatch({ origin: "${url}", path: "/", method: "GET" }, {})`,
      ),
    ).toContain('failed');
    expect(await javascript(`WebAssembly.compileStreaming(fetch("${url}"))`)).toContain('failed');
    expect(await javascript(`WebAssembly.instantiateStreaming(fetch("${url}"), {})`)).toContain(
      'has no network',
    );
    const connect = `__import__("socket").create_connection(("127.0.0.1", ${port}), 1)`;
    expect(await python(connect)).toContain('failed');
    expect(await python(`__import__("urllib.request").request.urlopen("${url}").read()`)).toContain('failed');
    expect(knocks).toBe(0);
  });

  test('no other program', async () => {
    expect(await python('__import__("subprocess").run(["id"])')).toContain('failed');
    expect(await python('__import__("os").system("id")')).not.toContain('uid');
    expect(await python('__import__("os").fork()')).toContain('failed');
  });

  test('I10: no variable of the server, and not by the objects that Python and JavaScript share', async () => {
    expect(await python('"SECRET_OF_THE_SERVER" in __import__("os").environ')).toBe('False');
    expect(await python('get_ipython().kernel.host.post.constructor("return process")()')).toContain(
      'failed',
    );
    expect(await python('js.Object.constructor("return process")()')).toContain('failed');
  });
});
