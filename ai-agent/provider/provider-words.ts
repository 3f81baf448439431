/** What a provider says is wrong, whatever shape it puts that into. */
export interface ProviderWords {
  readonly message: string;
  /** Its `code` and `type`, in small letters. */
  readonly codes: readonly string[];
  /** An HTTP status that is in the words themselves, as OpenRouter's errors in a stream have it. */
  readonly status: number | null;
}

const LONGEST = 300;

/**
 * Reads `{"error": {"message", "type", "code"}}` (OpenAI, Groq, llama.cpp), `{"error": "…"}` (Ollama, LM Studio), `{"message", "type"}`
 * (vLLM of old), `{"detail": …}` (FastAPI) or plain text.
 */
export function providerWords(body: string): ProviderWords {
  const parsed = parse(body);
  if (!isObject(parsed))
    return { message: oneLine(typeof parsed === 'string' ? parsed : body), codes: [], status: null };
  const error = parsed['error'] ?? parsed['detail'] ?? parsed;
  if (typeof error === 'string') return { message: oneLine(error), codes: [], status: null };
  const words = isObject(error) ? error : parsed;
  const { message, code, type, metadata } = words;
  // OpenRouter hides the words of the provider behind it there.
  const raw = isObject(metadata) && typeof metadata['raw'] === 'string' ? ` (${metadata['raw']})` : '';
  const numeric = Number(code);
  return {
    message: oneLine((typeof message === 'string' ? message : JSON.stringify(error)) + raw),
    codes: [code, type].filter((each) => typeof each === 'string').map((each) => each.toLowerCase()),
    status: Number.isInteger(numeric) && numeric >= 400 && numeric < 600 ? numeric : null,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // Then it is words for people.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
