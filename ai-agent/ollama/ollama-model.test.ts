import { describeChatModel } from '../../test/contract/chat-model-contract.ts';
import { ollamaWire } from '../../test/doubles/ollama-wire.ts';
import { OllamaProvider } from './ollama-provider.ts';

describeChatModel('OllamaModel', ollamaWire, ({ url, key, silenceLimit, takesImages }) => {
  const endpoint = { name: 'Ollama', baseUrl: url, key, keyPlace: null, remedy: 'Start it.', silenceLimit };
  return new OllamaProvider('ollama', endpoint).model('tiny', { takesImages, contextTokens: null });
});
