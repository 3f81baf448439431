import type { PreparedCell } from './prepared-cell.ts';

/** What ties a run to others: by these alone one cell can matter to another. */
export interface RunWords {
  /** Names that it declares or assigns, and what it calls its elements. */
  readonly defines: ReadonlySet<string>;
  readonly mentions: ReadonlySet<string>;
  /** It may change what any cell finds: styles, the document, prototypes. */
  readonly isGlobal: boolean;
}

const WORD = /[\p{L}\p{N}_$]+(?:-[\p{L}\p{N}_$]+)*/gu;
const STRING = /'[^'\n]*'|"[^"\n]*"|`[^`]*`/g;
const ASSIGNED = /([\p{L}\p{N}_$]{2,})\s*(?:\+\+|--|(?:[-+*/%&|^?]{0,3})=(?![=>]))/gu;
/** These look, or make what is not in the document yet. */
const HARMLESS =
  /\bdocument\s*\.\s*(?:getElementById|querySelector(?:All)?|createElement(?:NS)?|createTextNode|currentScript)\b/g;
const GLOBAL =
  /\b(?:document|window|globalThis|self|customElements|eval|Function|prototype|addEventListener|defineProperty|location|import)\b/;
const NAMES_ELEMENTS = /\b(?:id|className|classList|setAttribute|innerHTML|outerHTML|insertAdjacentHTML)\b/;

/** Says too much rather than too little. */
export function runWords({ html, scripts }: PreparedCell): RunWords {
  const code = scripts
    .map((script) => (script.kind === 'code' ? `${script.functions}\n${script.body}` : ''))
    .join('\n');
  const defines = new Set(scripts.flatMap((script) => (script.kind === 'code' ? script.names : [])));
  for (const [, name = ''] of code.matchAll(ASSIGNED)) defines.add(name);
  if (NAMES_ELEMENTS.test(code))
    for (const [text] of code.matchAll(STRING)) for (const word of words(text)) defines.add(word);
  for (const [, , , value = ''] of html.matchAll(/\s(id|class|name)\s*=\s*(["']?)([^"'>]*)/gi))
    for (const word of words(value)) defines.add(word);
  return {
    defines,
    mentions: new Set([...words(html), ...words(code)]),
    isGlobal: /<style/i.test(html) || GLOBAL.test(code.replace(HARMLESS, '')),
  };
}

function words(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}
