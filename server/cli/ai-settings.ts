import { readFileSync } from 'node:fs';
import { emptyPolicy } from '../../ai-agent/approval.ts';
import type { AiSettings, ConfiguredModel, ProviderApi, ProviderSettings } from '../ai-settings.ts';
import { isPlainUrl, type AiOptions, type ProviderOptions } from './ai-options.ts';
import type { Environment } from './environment-options.ts';
import { ollamaUrl } from './ollama-url.ts';

const NAMES: Readonly<Record<ProviderApi, string>> = { openai: 'OpenAI', groq: 'Groq', ollama: 'Ollama' };
const ADDRESSES = { openai: 'https://api.openai.com/v1', groq: 'https://api.groq.com' } as const;

/**
 * The providers in the configuration file, and those of the variables that their own tools know. With neither, Ollama is looked for at
 * its default address and nothing else is asked.
 */
export function aiSettings(options: AiOptions, environment: Environment): AiSettings {
  const configured = new Map(Object.entries(options.providers ?? {}));
  for (const api of apisOfEnvironment(environment)) {
    if (!configured.has(api)) configured.set(api, {});
  }
  const providers = [...configured].map(([id, provider]) => providerSettings(id, provider, environment));
  if (!configured.has('ollama')) {
    providers.push({ ...providerSettings('ollama', {}, environment), isGuess: true });
  }
  const { 'default-model': defaultModel = null, limits = emptyPolicy, 'approvals-expire': seconds } = options;
  const approvalsExpire = seconds === undefined ? null : seconds * 1000;
  return { providers, defaultModel, limits, approvalsExpire };
}

function apisOfEnvironment(environment: Environment): ProviderApi[] {
  const isSet = (...names: string[]): boolean => names.some((name) => !!environment[name]);
  return [
    ...(isSet('OPENAI_API_KEY', 'OPENAI_BASE_URL') ? (['openai'] as const) : []),
    ...(isSet('GROQ_API_KEY') ? (['groq'] as const) : []),
    ...(isSet('OLLAMA_HOST') ? (['ollama'] as const) : []),
  ];
}

function providerSettings(id: string, options: ProviderOptions, environment: Environment): ProviderSettings {
  const api = options.api ?? (id === 'ollama' || id === 'groq' ? id : 'openai');
  const isItself = id === api;
  const baseUrl = options.url ?? (isItself ? ownAddress(api, environment) : '');
  const { key, keyPlace, problem } = keyOf(options, isItself ? api : null, environment);
  const isWrong = !isPlainUrl(baseUrl);
  return {
    id,
    name: options.name ?? (isItself ? NAMES[api] : id),
    api,
    // What is no plain URL may have a password in it.
    baseUrl: isWrong ? '' : baseUrl.replace(/\/+$/, ''),
    key,
    keyPlace,
    problem: isWrong ? addressProblem(id, baseUrl) : problem,
    isGuess: false,
    models: new Map(
      Object.entries(options.models ?? {}).map(([name, model]): [string, ConfiguredModel] => [
        name,
        {
          takesImages: model.images ?? null,
          contextTokens: model.context ?? null,
          inputPrice: model['input-price'] ?? null,
          outputPrice: model['output-price'] ?? null,
        },
      ]),
    ),
  };
}

function ownAddress(api: ProviderApi, environment: Environment): string {
  switch (api) {
    case 'openai':
      return environment['OPENAI_BASE_URL'] || ADDRESSES.openai;
    case 'groq':
      return environment['GROQ_BASE_URL'] || ADDRESSES.groq;
    case 'ollama':
      return ollamaUrl(environment['OLLAMA_HOST'] ?? '');
    default:
      return api satisfies never;
  }
}

function addressProblem(id: string, address: string): string {
  return address === ''
    ? `The provider "${id}" has no address. Give it a "url" in the configuration file.`
    : `The address of the provider "${id}" is not an http or https URL without a name and password in it. Correct it.`;
}

/** @param itself the provider whose own variable holds the key, unless another place is named */
function keyOf(
  options: ProviderOptions,
  itself: ProviderApi | null,
  environment: Environment,
): { readonly key: string | null; readonly keyPlace: string | null; readonly problem: string | null } {
  const file = options['key-file'];
  if (file !== undefined) {
    try {
      return { key: readFileSync(file, 'utf8').trim() || null, keyPlace: file, problem: null };
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException;
      return { key: null, keyPlace: file, problem: `The key file ${file} cannot be read (${code}).` };
    }
  }
  const own = itself === null || itself === 'ollama' ? null : `${itself.toUpperCase()}_API_KEY`;
  const variable = options['key-variable'] ?? own;
  if (variable === null) return { key: null, keyPlace: null, problem: null };
  const key = environment[variable]?.trim() || null;
  const isMissing = key === null && options['key-variable'] !== undefined;
  return { key, keyPlace: variable, problem: isMissing ? `The variable ${variable} is not set.` : null };
}
