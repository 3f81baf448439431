import { MalformedError } from './malformed-error.ts';

/** Reads the fields of a JSON object that the server sent. */
export class Fields {
  readonly all: Readonly<Record<string, unknown>>;
  readonly #name: string;

  /** @throws MalformedError, as all here */
  constructor(value: unknown, name: string) {
    if (!isObject(value)) throw new MalformedError(`${name} is not an object`);
    this.all = value;
    this.#name = name;
  }

  has(field: string): boolean {
    return this.all[field] !== undefined;
  }

  text(field: string): string {
    const value = this.all[field];
    return typeof value === 'string' ? value : this.#refuse(field);
  }

  textOrNull(field: string): string | null {
    return this.all[field] === null ? null : this.text(field);
  }

  /** A whole number from 0 on. */
  count(field: string): number {
    const value = this.all[field];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#refuse(field);
  }

  isTrue(field: string): boolean {
    const value = this.all[field];
    return typeof value === 'boolean' ? value : this.#refuse(field);
  }

  fields(field: string): Fields {
    return new Fields(this.all[field], `${this.#name}.${field}`);
  }

  textsByName(field: string): Readonly<Record<string, string>> {
    const { all } = this.fields(field);
    if (Object.values(all).some((one) => typeof one !== 'string')) this.#refuse(field);
    return all as Record<string, string>;
  }

  #refuse(field: string): never {
    throw new MalformedError(`${this.#name} has no valid ${field}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
