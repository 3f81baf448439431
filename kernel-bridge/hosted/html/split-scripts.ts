export interface ScriptInHtml {
  /** Attributes by their names in small letters. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly code: string;
  /** Of the HTML, from 1, where the code begins. */
  readonly line: number;
}

export interface SplitHtml {
  /** The HTML with these scripts emptied and numbered by `data-itl-script`. */
  readonly html: string;
  readonly scripts: readonly ScriptInHtml[];
}

/** Elements in which a `<script>` is text, as HTML's parser has it. */
const TEXT_ONLY = new Set([
  ...['style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript', 'plaintext'],
]);
const JAVASCRIPT =
  /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/i;

/** Finds the scripts that would run, by the rules that HTML's parser has for where a `<script>` is one. */
export function splitScripts(source: string): SplitHtml {
  const scripts: ScriptInHtml[] = [];
  let html = '';
  let position = 0;
  for (;;) {
    const start = source.indexOf('<', position);
    if (start < 0) return { html: html + source.slice(position), scripts };
    html += source.slice(position, start);
    if (source.startsWith('<!--', start)) {
      const end = source.indexOf('-->', start + 2);
      position = end < 0 ? source.length : end + 3;
      html += source.slice(start, position);
      continue;
    }
    const tag = openTagAt(source, start);
    if (tag === null) {
      html += '<';
      position = start + 1;
      continue;
    }
    const { name, attributes } = tag;
    const text = source.slice(start, tag.end);
    position = tag.end;
    if (name === 'script') {
      const end = endOf('script', source, position);
      const code = source.slice(position, end);
      if (JAVASCRIPT.test((attributes.get('type') ?? '').trim())) {
        html += `<script data-itl-script="${scripts.length}"${text.slice('<script'.length)}`;
        scripts.push({ attributes, code, line: source.slice(0, position).split('\n').length });
      } else html += text + code;
      position = end;
      if (end === source.length) html += '</script>';
    } else if (TEXT_ONLY.has(name)) {
      const end = name === 'plaintext' ? source.length : endOf(name, source, position);
      html += source.slice(start, end);
      position = end;
    } else html += text;
  }
}

function endOf(name: string, source: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  return end.exec(source)?.index ?? source.length;
}

interface OpenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Behind its `>`. */
  readonly end: number;
}

/** @returns null where none opens; one without a name that takes all that is left, where it never ends */
function openTagAt(source: string, start: number): OpenTag | null {
  const name = matchAt(/[a-z][^\s/>]*/iy, source, start + 1);
  if (name === '') return null;
  const attributes = new Map<string, string>();
  const endless = { name: '', attributes, end: source.length };
  let at = start + 1 + name.length;
  for (;;) {
    at += matchAt(/[\s/]*/y, source, at).length;
    if (at >= source.length) return endless;
    if (source[at] === '>') return { name: name.toLowerCase(), attributes, end: at + 1 };
    // An `=` in the first place is part of the name.
    const attribute = matchAt(/[^\s/>][^\s/>=]*/y, source, at);
    at += attribute.length;
    const equals = matchAt(/\s*=\s*/y, source, at);
    at += equals.length;
    const quote = equals === '' ? '' : matchAt(/["']/y, source, at);
    const end = source.indexOf(quote, at + 1);
    if (quote !== '' && end < 0) return endless;
    const bare = equals === '' ? '' : matchAt(/[^\s>]*/y, source, at);
    const value = quote === '' ? bare : source.slice(at + 1, end);
    at = quote === '' ? at + bare.length : end + 1;
    if (!attributes.has(attribute.toLowerCase())) attributes.set(attribute.toLowerCase(), value);
  }
}

/** Of a sticky pattern; empty for no match. */
function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}
