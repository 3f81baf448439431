import type { Ajv } from 'ajv';
import type { JsonObject } from './json-object.ts';

let loading: Promise<Ajv> | undefined;

/** Draft 7 as Jupyter's validator takes it: unknown words and formats mean nothing, whatever `$schema` says. */
async function validator(): Promise<Ajv> {
  loading ??= import('ajv').then(({ Ajv: Draft7 }) => {
    const ajv = new Draft7({
      strict: false,
      validateFormats: false,
      addUsedSchema: false,
      logger: false,
      validateSchema: false,
    });
    // A property named `id` in a schema is an old draft's keyword, which ajv refuses and Jupyter does not read.
    ajv.removeKeyword('id');
    return ajv;
  });
  return loading;
}

const compiled = new WeakMap<JsonObject, (value: unknown) => string | null>();

/** What is wrong with a value in one sentence; null where nothing is. @throws Error where the schema itself is no schema. */
export async function validateAgainst(schema: JsonObject, value: unknown): Promise<string | null> {
  let validate = compiled.get(schema);
  if (validate === undefined) compiled.set(schema, (validate = await compile(schema)));
  return validate(value);
}

async function compile(schema: JsonObject): Promise<(value: unknown) => string | null> {
  const ajv = await validator();
  const rules = withoutDraft(schema);
  const complaint = await schemaError(rules);
  if (complaint !== null) throw new Error(complaint);
  const validate = ajv.compile(rules);
  return (value) => (validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: 'settings' }));
}

/** What makes a schema no Draft 7 schema; null where it is one. */
export async function schemaError(schema: JsonObject): Promise<string | null> {
  const ajv = await validator();
  return (await ajv.validateSchema(withoutDraft(schema))) === true
    ? null
    : ajv.errorsText(ajv.errors, { dataVar: 'schema' });
}

/** Which draft a schema says it follows is not asked, and its name would be taken for one that is known already. */
function withoutDraft(schema: JsonObject): JsonObject {
  const rules = { ...schema };
  delete rules['$schema'];
  delete rules['$id'];
  return rules;
}
