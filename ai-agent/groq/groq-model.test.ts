import { describeChatModel } from '../../test/contract/chat-model-contract.ts';
import { completionWire } from '../../test/doubles/completion-wire.ts';
import { GroqProvider } from './groq-provider.ts';

describeChatModel(
  'GroqModel',
  completionWire({ isGroq: true }),
  ({ url, key, silenceLimit, takesImages }) => {
    const endpoint = { name: 'Groq', baseUrl: url, key, keyPlace: null, remedy: 'Start it.', silenceLimit };
    return new GroqProvider('groq', endpoint).model('tiny', { takesImages, contextTokens: null });
  },
);
