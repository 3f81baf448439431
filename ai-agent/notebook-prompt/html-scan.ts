export type HtmlToken =
  | { readonly type: 'open' | 'close'; readonly name: string; readonly attributes: string }
  | { readonly type: 'text'; readonly text: string };

/**
 * Tags and text of HTML, one after the other, without scripts, styles and comments. No HTML parser: enough to read tables and text that
 * kernels write. It reads each character once, whatever is written.
 */
export function* scanHtml(html: string): Generator<HtmlToken> {
  let position = 0;
  while (position < html.length) {
    const tag = html.indexOf('<', position);
    if (tag === -1) {
      yield { type: 'text', text: decoded(html.slice(position)) };
      return;
    }
    if (tag > position) yield { type: 'text', text: decoded(html.slice(position, tag)) };
    const isComment = html.startsWith('<!--', tag);
    const end = html.indexOf(isComment ? '-->' : '>', tag);
    if (end === -1) return;
    position = end + (isComment ? 3 : 1);
    const found = isComment ? null : /^<(\/?)([a-z][\w-]*)([^]*)$/i.exec(html.slice(tag, end));
    if (!found) continue;
    const [, slash, written = '', attributes = ''] = found;
    const name = written.toLowerCase();
    if (slash === '' && (name === 'script' || name === 'style')) {
      const close = html.indexOf(`</${written}`, position);
      if (close === -1) return;
      position = close;
      continue;
    }
    yield { type: slash === '' ? 'open' : 'close', name, attributes };
  }
}

/** What is to be read in HTML, with a line for each block. */
export function textOfHtml(html: string): string {
  let text = '';
  for (const token of scanHtml(html)) {
    if (token.type === 'text') text += token.text.replaceAll(/\s+/g, ' ');
    else if (token.name === 'br' || (token.type === 'close' && blocks.has(token.name))) text += '\n';
    else if (token.name === 'td' || token.name === 'th') text += ' ';
  }
  return text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim();
}

const blocks = new Set('p div li tr h1 h2 h3 h4 h5 h6 pre table ul ol dl dd dt section summary'.split(' '));

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['times', '×'],
]);

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi, (found, hex, decimal, name) => {
    if (name !== undefined) return entities.get(String(name).toLowerCase()) ?? String(found);
    const code = hex !== undefined ? parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
  });
}
