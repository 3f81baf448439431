import type { ChatChunk } from '../chat-model.ts';

const OPENING = '<think>';
const CLOSING = '</think>';

/**
 * Servers that do not part a model's thinking from its answer send `<think>…</think>` as the beginning of the text (llama.cpp, LM
 * Studio and Ollama with some models, DeepSeek's and Qwen's own form). Only there: in the middle of a text it is text.
 */
export class ThinkingSplitter {
  #state: 'beginning' | 'thinking' | 'answering' = 'beginning';
  /** What may be the beginning of a mark. */
  #held = '';

  take(text: string): ChatChunk[] {
    this.#held += text;
    switch (this.#state) {
      case 'beginning':
        return this.#begin();
      case 'thinking':
        return this.#think();
      case 'answering':
        return this.#answer();
      default:
        return this.#state satisfies never;
    }
  }

  /** The text is over: what is held back is what it looks like. */
  end(): ChatChunk[] {
    return this.#state === 'thinking' ? piece('reasoning', this.#release()) : piece('text', this.#release());
  }

  #begin(): ChatChunk[] {
    const start = this.#held.trimStart();
    if (start.length < OPENING.length && OPENING.startsWith(start)) return [];
    if (!start.startsWith(OPENING)) {
      this.#state = 'answering';
      return this.#answer();
    }
    this.#state = 'thinking';
    this.#held = start.slice(OPENING.length);
    return this.#think();
  }

  #think(): ChatChunk[] {
    const end = this.#held.indexOf(CLOSING);
    if (end === -1) {
      const kept = lengthOfPossibleMark(this.#held);
      const thought = this.#held.slice(0, this.#held.length - kept);
      this.#held = this.#held.slice(this.#held.length - kept);
      return piece('reasoning', thought);
    }
    const thought = piece('reasoning', this.#held.slice(0, end));
    this.#state = 'answering';
    this.#held = this.#held.slice(end + CLOSING.length).trimStart();
    return [...thought, ...this.#answer()];
  }

  #answer(): ChatChunk[] {
    return piece('text', this.#release());
  }

  #release(): string {
    const text = this.#held;
    this.#held = '';
    return text;
  }
}

/** Of the end of a text: how many letters of it may be the beginning of the closing mark. */
function lengthOfPossibleMark(text: string): number {
  for (let length = Math.min(CLOSING.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(CLOSING.slice(0, length))) return length;
  }
  return 0;
}

function piece(type: 'text' | 'reasoning', text: string): ChatChunk[] {
  return text === '' ? [] : [{ type, text }];
}
