import { describeChatModel } from '../../test/contract/chat-model-contract.ts';
import { completionWire } from '../../test/doubles/completion-wire.ts';
import { OpenaiProvider } from './openai-provider.ts';

describeChatModel(
  'OpenaiModel',
  completionWire({ isGroq: false }),
  ({ url, key, silenceLimit, takesImages }) => {
    const endpoint = { name: 'Openai', baseUrl: url, key, keyPlace: null, remedy: 'Start it.', silenceLimit };
    return new OpenaiProvider('openai', endpoint).model('tiny', { takesImages, contextTokens: null });
  },
);
