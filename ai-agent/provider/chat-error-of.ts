import { ChatError, type ChatErrorCode } from '../chat-error.ts';
import type { ModelSettings } from './provider-endpoint.ts';
import { ProviderFailed, type ProviderFailure } from './provider-failure.ts';
import { providerWords, type ProviderWords } from './provider-words.ts';
import { retryAfterOfText } from './retry-after.ts';

// Each provider's own words, as their documentation and their servers have them.
const OVERFLOW =
  /context_length_exceeded|exceed_context_size|maximum (context|prompt) length|(available )?context (size|length|window).{0,40}exceed|exceeds?.{0,60}(context|maximum number of tokens|maximum allowed input length)|prompt is too long|reduce the length of the (messages|input|prompt)|loaded with context length|request too large|input is too long|too many tokens/i;
const NO_CREDIT =
  /insufficient_quota|exceeded your current quota|billing_(hard_limit_reached|not_active)|insufficient (credits|balance|funds)|out of credits|payment required/i;
const NO_MODEL =
  /model_not_found|model_decommissioned|model.{0,200}(not found|does not exist|not exist|has been decommissioned|is not available)|not a valid model|no such model|unknown model|no models? loaded/i;
const NO_TOOLS = /does not support tools|support(s|ed)? tool (use|calling)|tool choice requires|--jinja/i;
const NO_IMAGES =
  /(does not|doesn't|not) support.{0,20}(image|vision)|image input is not supported|image_url.{0,40}(not supported|unsupported)|mmproj/i;
const NO_MEMORY = /requires more (system|gpu) memory|out of memory|unable to (load|allocate)/i;

/** Explains a failure to people, and says whether asking again can help. Pure. */
export function chatErrorOf(failure: ProviderFailure, settings: ModelSettings): ChatError {
  const { name, baseUrl, remedy } = settings.endpoint;
  const cause = new ProviderFailed(failure);
  switch (failure.kind) {
    case 'no-connection':
      return new ChatError(
        'unreachable',
        `${name} does not answer at ${baseUrl} (${reason(failure.code)}). ${remedy}`,
        {
          cause,
        },
      );
    case 'cut':
      return new ChatError('unreachable', `The connection to ${name} broke before the answer was whole.`, {
        cause,
      });
    case 'silent':
      return new ChatError(
        'unreachable',
        `${name} sent nothing for ${Math.round(failure.limit / 1_000)} seconds. It may be overloaded, or the model too large for the machine.`,
        { cause },
      );
    case 'unreadable':
      return new ChatError(
        'unreadable-answer',
        `What answers at ${baseUrl} does not speak ${name}'s API: ${failure.what}. Check the address.`,
        { cause },
      );
    case 'said': {
      const words = providerWords(failure.body);
      return saidError(words.status, words, null, settings, cause);
    }
    case 'status': {
      const words = providerWords(failure.isWebPage ? '' : failure.body);
      if (failure.isWebPage) return webPageError(failure.status, failure.retryAfter, settings, cause);
      return saidError(failure.status, words, failure.retryAfter, settings, cause);
    }
    default:
      return failure satisfies never;
  }
}

function saidError(
  status: number | null,
  words: ProviderWords,
  headerRetryAfter: number | null,
  settings: ModelSettings,
  cause: ProviderFailed,
): ChatError {
  const { name, baseUrl, key } = settings.endpoint;
  const all = [words.message, ...words.codes].join(' ');
  const said = words.message === '' ? '' : ` It says: ${words.message}`;
  const retryAfter = headerRetryAfter ?? retryAfterOfText(words.message);
  const error = (code: ChatErrorCode, message: string, isRetryable?: boolean): ChatError =>
    new ChatError(code, message, {
      cause,
      retryAfter,
      ...(isRetryable === undefined ? {} : { isRetryable }),
    });

  if (words.codes.includes('tool_use_failed')) {
    return error(
      'unreadable-answer',
      `${settings.modelName} wrote a tool call that ${name} cannot read.`,
      true,
    );
  }
  if (OVERFLOW.test(all) || status === 413) {
    return error('context-overflow', `The question is too long for ${settings.modelName} at ${name}.${said}`);
  }
  if (NO_CREDIT.test(all) || status === 402) {
    return error(
      'out-of-credit',
      `The account at ${name} has no credit left. Add some, or choose another model.`,
    );
  }
  if (NO_MODEL.test(all) && (status === null || status < 500)) {
    return error(
      'unknown-model',
      `${name} has no model ${settings.modelName}${key === null ? '' : ', or the key may not use it'}.${said}`,
    );
  }
  if (status === 401 || words.codes.includes('invalid_api_key'))
    return error('bad-key', badKey(settings, key === null));
  if (status === 403) return error('bad-key', `${name} does not allow this to the key.${said}`);
  if (status === 429 || words.codes.includes('rate_limit_exceeded')) {
    return error('rate-limited', `${name} gets too many requests of this account.${said}`);
  }
  if (NO_TOOLS.test(all)) {
    return error('refused', `${settings.modelName} cannot use tools. Choose a model that can.${said}`);
  }
  if (NO_IMAGES.test(all)) {
    return error('refused', `${settings.modelName} takes no images. Choose a model that does.${said}`);
  }
  if (NO_MEMORY.test(all)) {
    return error('server-failed', `${name} cannot load ${settings.modelName}.${said}`, false);
  }
  if (status === 404 || status === 405) {
    return error('refused', `There is no chat API of ${name} at ${baseUrl}. Check the address.${said}`);
  }
  const isTrouble = status === null ? !words.codes.includes('invalid_request_error') : status >= 500;
  if (isTrouble || status === 408 || status === 409 || status === 425) {
    return error('server-failed', `${name} is in trouble${status === null ? '' : ` (${status})`}.${said}`);
  }
  return error('refused', `${name} does not take the request (${status ?? 'no status'}).${said}`);
}

function badKey({ endpoint: { name, keyPlace } }: ModelSettings, isMissing: boolean): string {
  const place = keyPlace === null ? 'in the configuration' : `in ${keyPlace}`;
  return isMissing
    ? `${name} asks for a key. Set it ${place}.`
    : `${name} does not know the key ${place}. Set a valid one.`;
}

function webPageError(
  status: number,
  retryAfter: number | null,
  { endpoint: { name, baseUrl } }: ModelSettings,
  cause: ProviderFailed,
): ChatError {
  const what = `A web page came instead of ${name}'s answer (${status}) at ${baseUrl}, perhaps from a proxy`;
  return status >= 500 || status === 429
    ? new ChatError('server-failed', `${what}. It may work again soon.`, { cause, retryAfter })
    : new ChatError(
        'refused',
        `${what}. Check the address, and whether the proxy lets this machine through.`,
        { cause },
      );
}

function reason(code: string | null): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name is not known';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no connection in time';
    case null:
      return 'no connection';
    default:
      return code;
  }
}
