/** Of HTML, as far as they do something in a cell. */
export const HTML_TAGS: readonly string[] = (
  'a abbr address article aside audio b bdi bdo blockquote br button canvas caption cite code col colgroup data datalist dd ' +
  'del details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ' +
  'ins kbd label legend li main mark menu meter nav ol optgroup option output p picture pre progress q rp rt ruby s samp ' +
  'script search section select slot small source span strong style sub summary sup svg table tbody td template textarea ' +
  'tfoot th thead time tr track u ul var video wbr'
).split(' ');

export const JAVASCRIPT_WORDS: readonly string[] = (
  'async await break case catch class const continue debugger default delete do else export extends false finally for ' +
  'function if import in instanceof let new null return static super switch this throw true try typeof undefined var void ' +
  'while with yield'
).split(' ');
