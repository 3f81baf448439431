import { MalformedError } from './malformed-error.ts';

/**
 * Reads the fields of a JSON object that a peer sent. By hand, because the supervisor's memory is its own: a schema
 * library takes 18 MB of it, more than all else that it loads.
 */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #name: string;

  /** @throws MalformedError, as all here */
  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MalformedError(`${name} is not an object`);
    this.#value = value as Record<string, unknown>;
    this.#name = name;
  }

  /** As it came. */
  get all(): Readonly<Record<string, unknown>> {
    return this.#value;
  }

  has(field: string): boolean {
    return this.#value[field] !== undefined;
  }

  isNull(field: string): boolean {
    return this.#value[field] === null;
  }

  text(field: string): string {
    const value = this.#value[field];
    return typeof value === 'string' ? value : this.#refuse(field);
  }

  textOrNull(field: string): string | null {
    return this.#value[field] === null ? null : this.text(field);
  }

  oneOf<T extends string>(field: string, values: readonly T[]): T {
    const value = this.text(field);
    return values.find((one) => one === value) ?? this.#refuse(field);
  }

  oneOfNumbers(field: string, values: readonly number[]): number {
    const value = this.count(field);
    return values.includes(value) ? value : this.#refuse(field);
  }

  /** A whole number from 0 on. */
  count(field: string): number {
    const value = this.#value[field];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#refuse(field);
  }

  /** More than nothing; null is null. */
  positiveOrNull(field: string): number | null {
    const value = this.#value[field];
    if (value === null) return null;
    return typeof value === 'number' && value > 0 ? value : this.#refuse(field);
  }

  isTrue(field: string): boolean {
    const value = this.#value[field];
    return typeof value === 'boolean' ? value : this.#refuse(field);
  }

  fields(field: string): Fields {
    return new Fields(this.#value[field], `${this.#name}.${field}`);
  }

  anyObject(field: string): Readonly<Record<string, unknown>> {
    return this.fields(field).#value;
  }

  list(field: string): readonly Fields[] {
    const value = this.#value[field];
    if (!Array.isArray(value)) return this.#refuse(field);
    return value.map((one) => new Fields(one, `${this.#name}.${field}`));
  }

  texts(field: string): readonly string[] {
    const value = this.#value[field];
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) this.#refuse(field);
    return value as string[];
  }

  textsByName(field: string): Readonly<Record<string, string>> {
    const value = this.anyObject(field);
    if (Object.values(value).some((one) => typeof one !== 'string')) this.#refuse(field);
    return value as Record<string, string>;
  }

  #refuse(field: string): never {
    throw new MalformedError(`${this.#name} has no valid ${field}`);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws MalformedError */
export function parseJson(bytes: Uint8Array, name: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new MalformedError(`${name} is not JSON`, { cause });
  }
  return new Fields(value, name);
}
