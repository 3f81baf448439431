import { isExactNumber } from './exact-number.ts';
import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import type { NotebookProblem, Place } from './notebook-problem.ts';
import { inProperty, problem } from './notebook-problem.ts';
import { reprText } from '../python-text.ts';
import { reprValue } from './python-repr.ts';

/** The rules that all parts of the notebook format are made of; each returns what breaks it, or null. */
export type Rule = (value: unknown, place: Place) => NotebookProblem | null;

const typeRule =
  (type: string, holds: (value: unknown) => boolean): Rule =>
  (value, place) =>
    holds(value)
      ? null
      : problem(
          `${reprValue(value)} is not of type ${type.split(' ').map(reprText).join(', ')}`,
          'type',
          place,
          value,
        );

/** null for `1.0`, too, which draft 4 of JSON schema does not count as an integer. */
const integerOf = (value: unknown): number | null => {
  const number = isExactNumber(value) && /^-?\d+$/.test(value.rawJSON) ? Number(value.rawJSON) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
};

export const isObject = typeRule('object', isJsonObject);
export const isArray = typeRule('array', Array.isArray);
export const isString = typeRule('string', (value) => typeof value === 'string');
export const isBoolean = typeRule('boolean', (value) => typeof value === 'boolean');

export const isStrings: Rule = (value, place) => isArray(value, place) ?? eachItem(isString)(value, place);

export function integerFrom(minimum: number, orNull = false): Rule {
  const type = typeRule(
    orNull ? 'integer null' : 'integer',
    (value) => (orNull && value === null) || integerOf(value) !== null,
  );
  return (value, place) => {
    const wrongType = type(value, place);
    const number = integerOf(value);
    if (wrongType !== null || number === null || number >= minimum) return wrongType;
    return problem(`${number} is less than the minimum of ${minimum}`, 'minimum', place, value);
  };
}

export const executionCount = integerFrom(0, true);

export function oneOf(choices: readonly unknown[]): Rule {
  return (value, place) =>
    choices.includes(value)
      ? null
      : problem(`${reprValue(value)} is not one of ${reprValue(choices)}`, 'enum', place, value);
}

/** A string, or a list of strings. */
export const multilineString: Rule = (value, place) =>
  typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'))
    ? null
    : problem(`${reprValue(value)} is not valid under any of the given schemas`, 'oneOf', place, value);

export function matching(pattern: RegExp, schemaPattern: string): Rule {
  return (value, place) =>
    isString(value, place) ??
    (pattern.test(value as string)
      ? null
      : problem(`${reprValue(value)} does not match ${reprText(schemaPattern)}`, 'pattern', place, value));
}

export function eachItem(rule: Rule): Rule {
  return (value, place) => {
    const items = value as readonly unknown[];
    for (let index = 0; index < items.length; index += 1) {
      const at = { part: place.part, within: [...place.within, 'items'], path: [...place.path, index] };
      const found = rule(items[index], at);
      if (found !== null) return found;
    }
    return null;
  };
}

/** All values of an object, but for the keys excused. */
export function eachValue(rule: Rule, excused: (key: string) => boolean = () => false): Rule {
  return (value, place) => {
    const wrongType = isObject(value, place);
    if (wrongType !== null) return wrongType;
    for (const [key, item] of Object.entries(value as JsonObject)) {
      if (excused(key)) continue;
      const at = {
        part: place.part,
        within: [...place.within, 'additionalProperties'],
        path: [...place.path, key],
      };
      const found = rule(item, at);
      if (found !== null) return found;
    }
    return null;
  };
}

/** An object with these keys required, these ones known, and others only where `open`. */
export function object(shape: {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, Rule>>;
  readonly open: boolean;
}): Rule {
  const { required = [], properties, open } = shape;
  return (value, place) => {
    const wrongType = isObject(value, place);
    if (wrongType !== null) return wrongType;
    const subject = value as JsonObject;
    const extras = open ? [] : Object.keys(subject).filter((key) => !Object.hasOwn(properties, key));
    if (extras.length > 0) {
      const were = extras.length === 1 ? 'was' : 'were';
      const what = `Additional properties are not allowed (${extras.map(reprText).join(', ')} ${were} unexpected)`;
      return problem(what, 'additionalProperties', place, value);
    }
    for (const key of required) {
      if (!Object.hasOwn(subject, key)) {
        return problem(`${reprText(key)} is a required property`, 'required', place, value);
      }
    }
    for (const [key, rule] of Object.entries(properties)) {
      const found = Object.hasOwn(subject, key) ? rule(subject[key], inProperty(place, key)) : null;
      if (found !== null) return found;
    }
    return null;
  };
}
