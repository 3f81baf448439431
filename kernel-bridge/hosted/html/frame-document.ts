/** A frame's documents have the page's own address as their base otherwise, which may have a token in it. */
const NOWHERE = 'https://cell.invalid/';

/**
 * A frame that runs a program of people's cells and reaches nothing: its origin is opaque (`sandbox` without
 * allow-same-origin), its Content Security Policy refuses every request. It is a frame within a frame: where a frame may
 * navigate itself, only its parent's `frame-src` says otherwise.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'media-src data: blob:',
  'font-src data: blob:',
  'worker-src blob:',
  "frame-src 'none'",
  "form-action 'none'",
  `base-uri ${NOWHERE}`,
].join('; ');

const HEAD =
  `<!DOCTYPE html><html lang=""><head><meta charset="utf-8"><base href="${NOWHERE}"><meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
  '<meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off">';
const OUTER_STYLE =
  'html,body,iframe{margin:0;border:0;width:100%;height:100%;display:block;overflow:hidden}';

/** @property colors of custom properties and `color-scheme`, as declarations of CSS */
export interface FrameLook {
  readonly title: string;
  readonly colors: string;
}

/** The `srcdoc` of a frame with `sandbox="allow-scripts"`, which runs the program. */
export function frameDocument(program: string, { title, colors }: FrameLook): string {
  const inner =
    `${HEAD}<style>:root{--itl-accent:#1976d2;--itl-border:#9e9e9e;${colors}}html{background:var(--itl-background,Canvas);color:var(--itl-color,CanvasText)}` +
    'body{margin:0;padding:4px;font:var(--itl-font,14px/1.4 system-ui,sans-serif);box-sizing:border-box;overflow-wrap:anywhere}' +
    '[data-itl-earlier]{display:none!important}</style></head><body>' +
    // As base64: whatever the program is made of, no parser of HTML, JavaScript or attributes takes a part of it for its own.
    `<script>(0,eval)(new TextDecoder().decode(Uint8Array.from(atob("${base64(program)}"),c=>c.charCodeAt(0))))</script></body></html>`;
  return (
    `${HEAD}<style>${OUTER_STYLE}</style></head><body>` +
    `<iframe sandbox="allow-scripts" title="${attribute(title)}" srcdoc="${attribute(inner)}"></iframe></body></html>`
  );
}

/** The frame itself as HTML, for where nobody of ours shows it: it has its height, and can be made higher. */
export function frameElement(program: string, look: FrameLook & { readonly height: number }): string {
  const style = `width:100%;height:${look.height}px;border:0;resize:vertical;color-scheme:light dark`;
  return `<iframe sandbox="allow-scripts" title="${attribute(look.title)}" style="${style}" loading="lazy" srcdoc="${attribute(frameDocument(program, look))}"></iframe>`;
}

/** Text as the value of a double-quoted attribute. */
export function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('\0', '');
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const PART = 0x8000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += PART)
    binary += String.fromCharCode(...bytes.subarray(at, at + PART));
  return btoa(binary);
}
