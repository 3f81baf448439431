import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import { majorVersion, minorVersion } from './notebook-format.ts';
import type { NotebookProblem, Place } from './notebook-problem.ts';
import { problem } from './notebook-problem.ts';
import type { Rule } from './notebook-rules.ts';
import {
  eachItem,
  eachValue,
  executionCount,
  integerFrom,
  isArray,
  isBoolean,
  isObject,
  isString,
  isStrings,
  matching,
  multilineString,
  object,
  oneOf,
} from './notebook-rules.ts';
import { reprValue } from './python-repr.ts';

/** The notebook format 4.0 to 4.5 as its JSON schemas state it, and how nbformat relaxes it for later minors. */
const CURRENT_MINOR = 5;

/** Later versions of the format may hold anything in a bundle: nbformat relaxes every `additionalProperties`. */
const mimeBundle = (open: boolean): Rule =>
  open ? isObject : eachValue(multilineString, (mime) => /^application\/(.*\+)?json$/.test(mime));

const noRepeats: Rule = (value, place) => {
  const items = (value as readonly unknown[]).map((item) => JSON.stringify(item));
  return new Set(items).size === items.length
    ? null
    : problem(`${reprValue(value)} has non-unique elements`, 'uniqueItems', place, value);
};
const tag = matching(/^[^,]+$/, '^[^,]+$');
const tags: Rule = (value, place) =>
  isArray(value, place) ?? noRepeats(value, place) ?? eachItem(tag)(value, place);
// Python's `.` is anything but \n, and its `$` lets one stand at the end.
const name = matching(/^[^\n]+\n?$/, '^.+$');
const cellIdText = matching(/^[a-zA-Z0-9-_]+\n?$/, '^[a-zA-Z0-9-_]+$');
const cellId: Rule = (value, place) =>
  cellIdText(value, place) ??
  ((value as string).length <= 64
    ? null
    : problem(`${reprValue(value)} is too long`, 'maxLength', place, value));

const notebookMetadata = (minor: number): Rule =>
  object({
    open: true,
    properties: {
      kernelspec: object({
        open: true,
        required: ['name', 'display_name'],
        properties: { name: isString, display_name: isString },
      }),
      language_info: object({
        open: true,
        required: ['name'],
        properties: {
          name: isString,
          codemirror_mode: (value, place) =>
            typeof value === 'string' || isJsonObject(value)
              ? null
              : problem(
                  `${reprValue(value)} is not valid under any of the given schemas`,
                  'oneOf',
                  place,
                  value,
                ),
          file_extension: isString,
          mimetype: isString,
          pygments_lexer: isString,
        },
      }),
      orig_nbformat: integerFrom(1),
      ...(minor >= 2 ? { title: isString, authors: isArray } : {}),
    },
  });

const outputRules = (open: boolean): ReadonlyMap<unknown, Rule> =>
  new Map(
    Object.entries({
      execute_result: {
        required: ['output_type', 'data', 'metadata', 'execution_count'],
        properties: { execution_count: executionCount, data: mimeBundle(open), metadata: isObject },
      },
      display_data: {
        required: ['output_type', 'data', 'metadata'],
        properties: { data: mimeBundle(open), metadata: isObject },
      },
      stream: {
        required: ['output_type', 'name', 'text'],
        properties: { name: isString, text: multilineString },
      },
      error: {
        required: ['output_type', 'ename', 'evalue', 'traceback'],
        properties: { ename: isString, evalue: isString, traceback: isStrings },
      },
    }).map(([type, { required, properties }]) => [
      type,
      object({
        open,
        required,
        properties: { output_type: oneOf([type]), ...properties },
      }),
    ]),
  );

const unknownOutput: Rule = isObject;
const unknownCell = object({
  open: true,
  required: ['cell_type', 'metadata'],
  properties: { metadata: object({ open: true, properties: { name, tags } }) },
});

function cellRules(minor: number, open: boolean): ReadonlyMap<unknown, Rule> {
  const jupyter = minor >= 3 ? { jupyter: isObject } : {};
  const id = minor >= 5 ? ['id'] : [];
  const idRule = minor >= 5 ? { id: cellId } : {};
  const base = [...id, 'cell_type', 'metadata', 'source'];
  const outputs = byType('output_type', outputRules(open), open ? unknownOutput : null, (type) => type);
  const cell = (
    type: string,
    metadata: Record<string, Rule>,
    required: readonly string[],
    more: object,
  ): Rule =>
    object({
      open,
      required,
      properties: {
        ...idRule,
        cell_type: oneOf([type]),
        metadata: object({ open: true, properties: { ...metadata, ...jupyter, name, tags } }),
        ...more,
      },
    });
  const attachments = { attachments: eachValue(mimeBundle(open)), source: multilineString };
  return new Map([
    ['raw', cell('raw', { format: isString }, base, attachments)],
    ['markdown', cell('markdown', {}, base, attachments)],
    [
      'code',
      cell(
        'code',
        {
          ...(minor >= 4 ? { execution: eachValue(isString, (key) => /\n[^]/.test(key)) } : {}),
          collapsed: isBoolean,
          scrolled: oneOf([true, false, 'auto']),
        },
        [...base, 'outputs', 'execution_count'],
        {
          source: multilineString,
          outputs: ((value, place) =>
            isArray(value, place) ?? eachItem(outputs)(value, place)) satisfies Rule,
          execution_count: executionCount,
        },
      ),
    ],
  ]);
}

/** The rule of the type that the value names; only later versions of the format have a rule for unknown types. */
function byType(
  key: string,
  rules: ReadonlyMap<unknown, Rule>,
  unknownAllowed: Rule | null,
  partOf: (type: string) => string,
): Rule {
  return (value, place) => {
    const wrongType = isObject(value, place);
    if (wrongType !== null) return wrongType;
    const type = (value as JsonObject)[key];
    const part = partOf(typeof type === 'string' ? type : reprValue(type));
    const rule = rules.get(type);
    if (rule !== undefined) return rule(value, { part, within: [], path: place.path });
    if (unknownAllowed !== null && type !== undefined) return unknownAllowed(value, place);
    const at = type === undefined ? place : { ...place, part };
    return problem(`${reprValue(value)} is not valid under any of the given schemas`, 'oneOf', at, value);
  };
}

const rulesOfMinor = new Map<number, Rule>();

function notebookRule(minor: number): Rule {
  const known = Math.min(minor, CURRENT_MINOR);
  const open = minor > CURRENT_MINOR;
  const cells = byType(
    'cell_type',
    cellRules(known, open),
    open ? unknownCell : null,
    (type) => `${type}_cell`,
  );
  return object({
    open,
    required: ['metadata', 'nbformat_minor', 'nbformat', 'cells'],
    properties: {
      metadata: notebookMetadata(known),
      nbformat_minor: integerFrom(known),
      nbformat: integerFrom(4),
      cells: (value, place) => isArray(value, place) ?? eachItem(cells)(value, place),
    },
  });
}

/** The first thing that breaks the notebook format; null for a valid notebook. */
export function notebookProblem(notebook: JsonObject): NotebookProblem | null {
  const minor = minorVersion(notebook);
  const start: Place = { part: 'notebook', within: [], path: [] };
  if (majorVersion(notebook) !== 4 || !Number.isInteger(minor) || minor < 0) {
    const version = `v${reprValue(notebook['nbformat'])}.${reprValue(notebook['nbformat_minor'] ?? 0)}`;
    return problem(`No schema for validating ${version} notebooks`, 'type', start, notebook);
  }
  const rule = rulesOfMinor.get(Math.min(minor, CURRENT_MINOR + 1)) ?? notebookRule(minor);
  rulesOfMinor.set(Math.min(minor, CURRENT_MINOR + 1), rule);
  return rule(notebook, start);
}
