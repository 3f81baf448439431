// What providers' lists do not say of their models, by the names of families. As of autumn 2026, from the providers' model pages; the
// configuration can say otherwise of any model.
const TAKES_IMAGES =
  /gpt-4o(?!-(audio|realtime))|gpt-4\.1|gpt-4-turbo|chatgpt-4o|gpt-[5-9](?!\.?\d*-codex)|(^|\/)o1(?!-(mini|preview))|(^|\/)o3(?!-mini)|(^|\/)o4|claude|gemini|gemma-?[34]|llama-?4|llava|pixtral|mistral-(small-3\.[1-9]|medium)|magistral|vision|[-_/.\d]vl\b|vl[-:]|minicpm-?v|moondream|internvl|multimodal|grok-[4-9]|kimi-(vl|k2\.[5-9])/i;
const TAKES_NO_IMAGES = /gpt-oss|embed|gemma-?3(n|[:-](270m|1b))/i;
const NO_CHAT =
  /embed|whisper|tts|dall-e|moderation|transcribe|realtime|audio|image|davinci|babbage|sora|instruct-\d|deep-research|codex|computer-use|safeguard|guard|rerank|orpheus|playai/i;
/** OpenAI's list says nothing of sizes. */
const CONTEXTS: readonly (readonly [RegExp, number])[] = [
  [/gpt-[5-9]/i, 400_000],
  [/gpt-4\.1/i, 1_047_576],
  [/gpt-4o|gpt-4-turbo/i, 128_000],
  [/^o[134]/i, 200_000],
  [/gpt-3\.5/i, 16_385],
];

export function isKnownToTakeImages(modelName: string): boolean {
  return TAKES_IMAGES.test(modelName) && !TAKES_NO_IMAGES.test(modelName);
}

/** False for what makes images, speech or vectors. */
export function canChat(modelName: string): boolean {
  return !NO_CHAT.test(modelName);
}

export function knownContextTokens(modelName: string): number | null {
  return CONTEXTS.find(([family]) => family.test(modelName))?.[1] ?? null;
}
