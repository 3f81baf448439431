import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { CatalogueModel } from './catalogue.ts';
import type { ModelCatalogue } from './model-catalogue.ts';

const MODELS = '/api/in-the-loop/v1/agent/models';
const LARGEST_BODY = 16 * 1024;

const listSchema = z.object({ refresh: z.enum(['0', '1']).default('0') });
const checkSchema = z.strictObject({ model: z.string().min(1).max(500) });

/** `/api/in-the-loop/v1/agent/models`: see docs/ai.md. */
export function modelRoutes(deps: {
  /** Loaded when it is first asked for. */
  readonly catalogue: () => Promise<ModelCatalogue>;
  readonly authorize: Authorize;
}): Router {
  const { catalogue, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(MODELS, async (request, response) => {
    authorize(identityOf(response), 'read', 'server');
    const { refresh } = valid(listSchema, request.query);
    const { providers, defaultModel } = await (await catalogue()).list({ refresh: refresh === '1' });
    response.json({
      default_model: defaultModel,
      providers: providers.map((provider) => ({ ...provider, models: provider.models.map(modelJson) })),
    });
  });
  router.post(`${MODELS}/check`, async (request, response) => {
    authorize(identityOf(response), 'execute', 'server');
    const { model } = valid(checkSchema, await readJsonBody(request, LARGEST_BODY));
    response.json(await (await catalogue()).check(model));
  });
  return router;
}

function modelJson(model: CatalogueModel): Record<string, unknown> {
  return {
    id: model.id,
    name: model.name,
    takes_images: model.takesImages,
    takes_tools: model.takesTools,
    context_tokens: model.contextTokens,
    input_price: model.inputPrice,
    output_price: model.outputPrice,
  };
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
}
