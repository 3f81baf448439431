import type { Router } from 'express';
import type { ChatModel } from '../ai-agent/chat-model.ts';
import type { AiSettings } from './ai-settings.ts';
import type { Authorize } from './auth/authorize.ts';
import type { ModelCatalogue } from './models/model-catalogue.ts';
import { modelRoutes } from './models/routes.ts';

export interface ComposedModels {
  readonly routes: Router;
  /** The model of an id, `provider:name`. @throws ChatError */
  open(id: string): Promise<ChatModel>;
  catalogue(): Promise<ModelCatalogue>;
}

/** The models that may be asked: loaded when somebody first wants one. */
export function composeModels(settings: AiSettings, authorize: Authorize): ComposedModels {
  let loading: Promise<ModelCatalogue> | null = null;
  const load = async (): Promise<ModelCatalogue> => {
    const { ModelCatalogue } = await import('./models/model-catalogue.ts');
    return new ModelCatalogue(settings);
  };
  const catalogue = (): Promise<ModelCatalogue> => (loading ??= load());
  return {
    routes: modelRoutes({ catalogue, authorize }),
    open: async (id) => (await catalogue()).open(id),
    catalogue,
  };
}
