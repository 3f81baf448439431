/** For who asks a model where there is none: in Markdown, what needs no account first. @param problems of the providers, for people */
export function howToStart(problems: readonly string[]): string {
  const why = problems.map((problem) => `- ${problem}`).join('\n');
  return `**No model can be asked yet.**

1. Without an account, and without anything leaving this machine: install [Ollama](https://ollama.com), have it load a model by \`ollama pull qwen3\`, and run this cell again.
2. Or start the server with \`OPENAI_API_KEY\` or \`GROQ_API_KEY\` set, or with \`OPENAI_BASE_URL\` for a server that has OpenAI's API.

Then \`%%ai\` asks the first model that there is, and \`%%ai ollama:qwen3\` that one.${why === '' ? '' : `\n\nWhat was looked for:\n${why}`}
`;
}
