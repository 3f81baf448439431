export type JsonObject = { readonly [key: string]: unknown };

export interface OperationParts {
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The body's schema. */
  readonly body?: JsonObject;
  /** Answers by status: words, or words and the JSON schema of the body. */
  readonly answers: Readonly<Record<string, string | readonly [string, JsonObject]>>;
  readonly isPublic?: boolean;
}

/** One operation of the OpenAPI document. */
export function operation({
  summary,
  query = {},
  body,
  answers,
  isPublic = false,
}: OperationParts): JsonObject {
  const refused = isPublic ? {} : { 403: 'not signed in, or not allowed' };
  return {
    summary,
    ...(isPublic ? { security: [] } : {}),
    parameters: Object.entries(query).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: { type: 'string' },
    })),
    ...(body === undefined ? {} : { requestBody: { content: json(body) } }),
    responses: Object.fromEntries(
      Object.entries({ ...answers, ...refused }).map(([status, answer]) => [
        status,
        response(status, answer),
      ]),
    ),
  };
}

/** A path with its parameters (`{name}`), each with what it stands for. */
export function path(parameters: Readonly<Record<string, string>>, operations: JsonObject): JsonObject {
  return {
    parameters: Object.entries(parameters).map(([name, description]) => ({
      name,
      in: 'path',
      required: true,
      description,
      schema: { type: 'string' },
    })),
    ...operations,
  };
}

export function reference(schema: string): JsonObject {
  return { $ref: `#/components/schemas/${schema}` };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

function response(status: string, answer: string | readonly [string, JsonObject]): JsonObject {
  if (typeof answer !== 'string') return { description: answer[0], content: json(answer[1]) };
  return Number(status) >= 400
    ? { description: answer, content: json(reference('Error')) }
    : { description: answer };
}

function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}
