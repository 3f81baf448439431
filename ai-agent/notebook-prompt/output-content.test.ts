import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentPart } from '../message.ts';
import type { OutputView, WidgetView } from './notebook-view.ts';
import { outputContent } from './output-content.ts';
import type { OutputRoom } from './output-content.ts';

/** What ipykernel 7.4 sends for pandas 3.1, matplotlib 3.11, ipywidgets 8.1 and IPython 9.18. */
const recorded = JSON.parse(
  readFileSync(new URL('./fixtures/ipykernel-outputs.json', import.meta.url), 'utf8'),
) as { outputs: Record<string, OutputView[]>; widgets: Record<string, WidgetView> };

const room: OutputRoom = { characters: 4_000, tableRows: 8, tableColumns: 12, imageCharacters: 1_000_000 };

function told(output: OutputView | undefined, more: Partial<OutputRoom> = {}): string {
  if (!output) throw new Error('No such output');
  return inText(outputContent(output, { ...room, ...more }, recorded.widgets));
}

const inText = (parts: readonly ContentPart[]) =>
  parts.map((part) => (part.type === 'text' ? part.text : `IMAGE ${part.description}`)).join('\n');
const first = (name: string) => recorded.outputs[name]?.[0];
const display = (data: Record<string, unknown>): OutputView => ({ output_type: 'display_data', data });

describe('tables', () => {
  it('[O3] are Markdown, with what would end a cell escaped', () => {
    expect(told(first('dataframe'))).toBe(
      [
        'Table, 3 rows × 3 columns:',
        '|  | name | age | note |',
        '| --- | --- | --- | --- |',
        '| 0 | Ann | 31.0 | a\\|b |',
        '| 1 | Bob | 25.0 | x\\ny <b> |',
        '| 2 | Cy | NaN | ok |',
      ].join('\n'),
    );
  });

  it('[O3] have the types of their columns where these are known', () => {
    const output = { ...first('dataframe'), dtypes: { name: 'str', age: 'float64' } } as OutputView;
    expect(told(output)).toContain('\nTypes: name str, age float64\n');
  });

  it('[O3] of pandas say how large the whole is, and keep both ends', () => {
    const lines = told(first('wide')).split('\n');
    expect(lines[0]).toBe('Table, 5000 rows × 30 columns:');
    expect(lines[1]).toBe('|  | c0 | c1 | c2 | c3 | c4 | … | c24 | c25 | c26 | c27 | c28 | c29 |');
    expect(lines[3]).toMatch(/^\| 0 \| 0 \|/);
    expect(lines.at(-1)).toMatch(/^\| 4999 \| 149970 \|/);
    expect(lines).toHaveLength(3 + 9);
  });

  it('[O3] fill spans and join the levels of their header', () => {
    expect(told(first('grouped')).split('\n')).toEqual([
      'Table, 4 rows × 3 columns:',
      '| g | h | v / min | v / max | w / mean |',
      '| --- | --- | --- | --- | --- |',
      '| a | x | 1 | 1 | 1.5 |',
      '| a | y | 2 | 2 | 2.5 |',
      '| b | x | 3 | 3 | 3.5 |',
      '| b | y | 4 | 4 | 4.5 |',
    ]);
  });

  it('[O3] of a Styler come without their styles', () => {
    const lines = told(first('styler')).split('\n');
    expect(lines[0]).toBe('Table, 4 rows × 4 columns:');
    expect(lines[3]).toBe('| 0 | a | x | 1 | 1.500000 |');
  });

  it('[O3] of which only the ends are read say so', () => {
    const row = (number: number) => `<tr><th>${number}</th><td>${'x'.repeat(90)}</td></tr>`;
    const rows = Array.from({ length: 8_000 }, (_, number) => row(number)).join('\n');
    const text = told(display({ 'text/html': `<table class="dataframe">${rows}</table>` }));
    expect(text).toMatch(/^Table, more than \d{4} rows × 1 columns:/);
    expect(text).toContain('| 0 |');
    expect(text).toContain('| 7999 |');
  });
});

describe('errors', () => {
  it('[O2] keep the frames of the notebook and what was raised, without colours', () => {
    expect(told(first('frames'))).toBe(
      [
        'Cell In[7], line 7',
        '      3 ',
        '      4 def outer(x):',
        '      5     return inner(x)',
        '      6 ',
        '----> 7 outer(3)',
        'Cell In[7], line 5, in outer(x)',
        '      4 def outer(x):',
        '----> 5     return inner(x)',
        'Cell In[7], line 2, in inner(x)',
        '      1 def inner(x):',
        '----> 2     return x / 0',
        'ZeroDivisionError: division by zero',
      ].join('\n'),
    );
  });

  it('[O2] have of libraries the last frames, and of a chain each cause', () => {
    const text = told(first('library'));
    expect(text).toContain("Cell In[8], line 1\n----> 1 df['missing']");
    expect(text).toContain('[… frames of libraries left out …]');
    expect(text).toContain('The above exception was the direct cause of the following exception:');
    expect(text.match(/KeyError: 'missing'/g)).toHaveLength(2);
    expect(text).toContain('pandas/core/indexes/base.py');
    expect(text.match(/^File /gm)?.length).toBeLessThanOrEqual(4);
    expect(text).not.toMatch(/-{20}|Traceback/);
  });

  it('[O2] in the syntax show where', () => {
    expect(told(first('syntax'))).toMatch(
      /Cell In\[9\], line 1\n\s+x = = 3\n\s+\^\nSyntaxError: invalid syntax/,
    );
    expect(told(first('chained'))).toMatch(/ValueError: invalid literal.*RuntimeError: bad value$/s);
  });

  it('[O2] of a deep recursion keep the first and last frames', () => {
    const frame = (line: number) => `Cell In[1], line ${line}, in f(n)\n----> ${line} f(n)`;
    const traceback = Array.from({ length: 3_000 }, (_, index) => frame(index + 1));
    const text = told({ output_type: 'error', ename: 'RecursionError', evalue: 'too deep', traceback });
    expect(text).toContain('[… 2991 frames left out …]');
    expect(text).toContain('line 3000,');
    expect(text).toMatch(/RecursionError: too deep$/);
  });

  it('[O2] of other kernels are told as they are', () => {
    const traceback = ['UndefVarError: `x` not defined', 'Stacktrace:', ' [1] top-level scope at In[3]:1'];
    const error = {
      output_type: 'error',
      ename: 'UndefVarError',
      evalue: '`x` not defined',
      traceback,
    } as const;
    expect(told(error)).toBe(traceback.join('\n'));
    expect(told({ ...error, traceback: [] })).toBe('UndefVarError: `x` not defined');
  });
});

describe('text', () => {
  it('[O1] is as a terminal would show it in the end', () => {
    expect(told(first('progress'), { characters: 16 })).toBe('100% ok\n[… 45 characters left out …]\n18\n19');
    expect(told({ output_type: 'stream', name: 'stdout', text: ['abcdef\rxy\n', 'ab\b\bc\r\n'] })).toBe(
      'xycdef\nc',
    );
  });

  it('[O5] in Markdown, LaTeX, JSON and HTML is what is to be read in it', () => {
    const outputs = recorded.outputs.displays ?? [];
    expect(outputs.map((output) => told(output))).toEqual([
      '$$x^2$$',
      '**hi**',
      '{"a":[1,2]}',
      'Hello world',
    ]);
    expect(told(first('series'))).toContain('Name: v, dtype: int64');
  });
});

describe('images', () => {
  it('[O4] go to a model that takes them', () => {
    const [part] = outputContent(first('matplotlib') ?? display({}), room, {});
    expect(part).toMatchObject({
      type: 'image',
      mediaType: 'image/png',
      description: 'image/png, 197 × 141 pixels, <Figure size 200x100 with 1 Axes>',
    });
  });

  it('[O4] are described to one that takes none', () => {
    expect(told(first('matplotlib'), { imageCharacters: 0 })).toBe(
      '[Image, not shown: image/png, 197 × 141 pixels, <Figure size 200x100 with 1 Axes>]',
    );
  });

  const size = (mediaType: string, bytes: number[]) =>
    told(display({ [mediaType]: Buffer.from(bytes).toString('base64') }));
  const ascii = (text: string) => [...Buffer.from(text)];

  it('[O4] have a size in every format', () => {
    const jpeg = [
      0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc4, 0, 2, 0xff, 0xc2, 0, 17, 8, 0, 100, 1, 44, 3,
    ];
    expect(size('image/jpeg', jpeg)).toContain('300 × 100 pixels');
    expect(size('image/gif', [...ascii('GIF89a'), 44, 1, 100, 0])).toContain('300 × 100 pixels');
    const webp = (kind: string, body: number[]) => [
      ...ascii('RIFF'),
      0,
      0,
      0,
      0,
      ...ascii(`WEBP${kind}`),
      0,
      0,
      0,
      0,
      ...body,
    ];
    expect(size('image/webp', webp('VP8X', [0, 0, 0, 0, 43, 1, 0, 99, 0, 0]))).toContain('300 × 100 pixels');
    expect(size('image/webp', webp('VP8L', [0x2f, 43, 193, 24, 0]))).toContain('300 × 100 pixels');
    expect(size('image/webp', webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 44, 1, 100, 0]))).toContain(
      '300 × 100 pixels',
    );
    expect(size('image/png', [1, 2, 3])).toBe('IMAGE image/png');
  });
});

describe('widgets and charts', () => {
  it('[O5] are told of by their state', () => {
    expect(told(first('widgets')).split('\n')).toEqual([
      'Widget VBox',
      '  Widget IntSlider: description "Size", value 7, min 0, max 9',
      '  Widget Text: description "Name", value "abc"',
    ]);
    const unknown = display({
      'application/vnd.jupyter.widget-view+json': { model_id: 'gone' },
      'text/plain': 'VBox()',
    });
    expect(told(unknown)).toBe('VBox()');
  });

  it('[O5] that hold one another end', () => {
    const widgets = { a: { modelName: 'BoxModel', state: { children: ['IPY_MODEL_a', 'IPY_MODEL_b', 3] } } };
    const view = display({ 'application/vnd.jupyter.widget-view+json': { model_id: 'a' } });
    expect(inText(outputContent(view, room, widgets))).toBe('Widget Box');
  });

  it('[O5] of Plotly say title, axes and traces', () => {
    const value = {
      data: [
        {
          type: 'bar',
          name: 'north',
          x: [1, 2, 3],
          y: { dtype: 'f8', bdata: 'AAAAAAAA8D8AAAAAAAAAQAAAAAAAAAhA' },
        },
        { y: [1] },
      ],
      layout: { title: { text: 'Sales' }, xaxis: { title: { text: 'month' } }, yaxis: { title: 'euro' } },
    };
    expect(told(display({ 'application/vnd.plotly.v1+json': value, 'text/html': '<div>'.repeat(9) }))).toBe(
      'Plotly chart "Sales"\nxaxis: month\nyaxis: euro\ntrace bar "north", 3 points\ntrace scatter, 1 points',
    );
  });

  it('[O5] of Vega and Vega-Lite say marks and channels', () => {
    const lite = {
      title: 'Cars',
      data: { values: [{}, {}] },
      layer: [
        {
          mark: { type: 'line' },
          encoding: { x: { field: 'year' }, y: { aggregate: 'mean', field: 'power', title: 'kW' } },
        },
      ],
    };
    expect(told(display({ 'application/vnd.vegalite.v5.20.1+json': lite }))).toBe(
      'Vega-Lite chart "Cars", 2 rows of data\nmark line; x: year; y: mean power kW',
    );
    const vega = { title: 'Cars', marks: [{ type: 'rect' }], axes: [{ title: 'year' }] };
    expect(told(display({ 'application/vnd.vega.v5+json': vega }))).toBe(
      'Vega chart "Cars"; marks rect; axes year',
    );
  });
});

describe('an output that is anything', () => {
  const mediaType = fc.constantFrom(
    'text/plain',
    'text/html',
    'image/png',
    'image/jpeg',
    'image/svg+xml',
    'application/json',
    'application/vnd.plotly.v1+json',
    'application/vnd.vegalite.v5+json',
    'application/vnd.jupyter.widget-view+json',
    'application/pdf',
  );
  const tags = fc.constantFrom(
    '<table>',
    '<tr>',
    '<td>',
    '<th rowspan=9 colspan="3">',
    '</td>',
    '</table>',
    '<!--',
    '<script>',
    '&amp;',
    '&#x110000;',
    'a',
    '<',
    '"',
    '|',
    '\n',
  );
  const html = fc.array(tags, { maxLength: 40 }).map((pieces) => pieces.join(''));
  const value = fc.oneof(fc.jsonValue(), html, fc.string({ unit: 'binary' }), fc.array(fc.string()));

  it('[O6] is told of within its room', () => {
    fc.assert(
      fc.property(fc.dictionary(mediaType, value), (data) => {
        for (const part of outputContent(display(data), { ...room, characters: 400 }, {})) {
          if (part.type === 'text') expect(part.text.length).toBeLessThan(900);
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (evalue, traceback) => {
        expect(told({ output_type: 'error', ename: 'E', evalue, traceback })).toContain('E');
      }),
    );
  });

  it('[O6] takes no longer than its length explains, however it is made', () => {
    // Each of these would be slow by the square of its length if it were read again and again.
    const hostile = [
      '<a "',
      '<table',
      '<!--',
      '<script>',
      '<tr><td rowspan=999 colspan=999>',
      '&',
      '\r',
      '\u001b]',
      '\u001b[',
    ];
    for (const piece of hostile) {
      const text = piece.repeat(100_000);
      told(display({ 'text/html': `<table>${text}` }));
      told({ output_type: 'stream', name: 'stdout', text: `${'x'.repeat(100_000)}${text}` });
      told({ output_type: 'error', ename: 'E', evalue: '', traceback: [`/${text}`] });
    }
  });
});
