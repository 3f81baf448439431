/**
 * Arguments of a call as an object, for a server that wants them so. What the model wrote and is not one is sent back under a name
 * that says so: vLLM, llama.cpp and Ollama fail over anything else, and the tool's message tells the model what was wrong.
 */
export function argumentsObject(argumentsText: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(argumentsText);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // Not JSON: as it is, below.
  }
  return { unreadable_arguments: argumentsText };
}
