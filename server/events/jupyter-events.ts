import { createRequire } from 'node:module';
import type * as AjvModule from 'ajv';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { EventSchema } from './event-schema.ts';
import { builtInSchemas } from './event-schema.ts';

const require = createRequire(import.meta.url);

/** An event as it was emitted, with the text that subscribers are sent: flat, without an envelope. */
export interface JupyterEvent {
  readonly schemaId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Why an event from outside was not taken; its message is what the client is told. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

interface RegisteredSchema {
  readonly version: string;
  /** Made when the first event comes from outside, which is not while the server starts. */
  readonly validator: () => ValidateFunction;
}

/** The events that Jupyter front-ends listen to: files and kernels changing, and what extensions register. */
export class JupyterEvents {
  #ajv: Ajv | undefined;
  readonly #schemas = new Map<string, RegisteredSchema>();
  readonly #subscribers = new Set<(event: JupyterEvent) => void>();

  constructor(schemas: readonly EventSchema[] = builtInSchemas) {
    for (const schema of schemas) this.register(schema);
  }

  /** @throws Error where the id is taken or a property begins with `__`, which Jupyter reserves. */
  register(schema: EventSchema): void {
    if (this.#schemas.has(schema.$id)) throw new Error(`The schema, ${schema.$id}, is already registered.`);
    const reserved = Object.keys(schema.properties).find((property) => property.startsWith('__'));
    if (reserved !== undefined)
      throw new Error(`${reserved} is reserved: properties must not begin with "__".`);
    let compiled: ValidateFunction | undefined;
    this.#schemas.set(schema.$id, {
      version: schema.version,
      validator: () => (compiled ??= this.#compiler().compile(schema)),
    });
  }

  /** Tells every subscriber. What this server emits about itself is trusted; see `emitFromOutside`. */
  emit(schemaId: string, data: Readonly<Record<string, unknown>>): void {
    if (!this.#schemas.has(schemaId)) throw new TypeError(`No event schema ${schemaId} is registered`);
    if (this.#subscribers.size === 0) return;
    // The id comes first, as in Jupyter, and whatever the data holds does not replace it.
    const flat = { ...{ schema_id: schemaId, ...data }, schema_id: schemaId };
    const event = { schemaId, data, text: JSON.stringify(flat) };
    for (const subscriber of this.#subscribers) subscriber(event);
  }

  /** Emits what a client sent. Unlike Jupyter, it is validated also when nobody listens. @throws InvalidEvent */
  emitFromOutside(schemaId: string, version: string, data: unknown): void {
    const schema = this.#schemas.get(schemaId);
    if (schema === undefined)
      throw new InvalidEvent(
        `'The requested schema, ${schemaId}, was not found in the schema registry. Are you sure it was previously registered?'`,
      );
    if (schema.version !== version)
      throw new InvalidEvent(`Unregistered version: '${version}'≠'${schema.version}' for \`${schemaId}\``);
    const validate = schema.validator();
    if (!validate(data)) throw new InvalidEvent(inWords(validate.errors?.[0], data));
    this.emit(schemaId, data as Record<string, unknown>);
  }

  /** @returns what ends the subscription. */
  subscribe(subscriber: (event: JupyterEvent) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  #compiler(): Ajv {
    const { Ajv } = require('ajv') as typeof AjvModule;
    return (this.#ajv ??= new Ajv({ strict: false, validateFormats: false, logger: false }));
  }
}

/** The first line of what Python's jsonschema would say; its dump of the whole schema is left out. */
function inWords(error: ErrorObject | undefined, data: unknown): string {
  if (error === undefined) return 'The event does not match its schema';
  const { keyword, instancePath, params } = error as ErrorObject<string, Record<string, unknown>>;
  const keys = instancePath.split('/').slice(1);
  const value = keys.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], data);
  switch (keyword) {
    case 'required':
      return `'${String(params['missingProperty'])}' is a required property`;
    case 'enum':
      return `${inPython(value)} is not one of [${(params['allowedValues'] as unknown[]).map(inPython).join(', ')}]`;
    case 'type':
      return `${inPython(value)} is not of type '${String(params['type'])}'`;
    default:
      return `${keys.join('.') || 'The event'} ${error.message ?? 'does not match its schema'}`;
  }
}

function inPython(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value) ?? 'None';
}
