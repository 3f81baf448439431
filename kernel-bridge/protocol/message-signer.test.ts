import { describe, expect, test } from 'vitest';
import { MessageSigner } from './message-signer.ts';

const frames = ['The quick ', 'brown fox ', 'jumps over ', 'the lazy dog'].map((text) => Buffer.from(text));

describe('MessageSigner', () => {
  test('[W2] signs the frames as one text with HMAC-SHA256', () => {
    // A published test vector of HMAC-SHA256 with the key "key".
    const known = 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8';
    const signer = new MessageSigner('hmac-sha256', 'key');
    expect(signer.sign(frames)).toBe(known);
    expect(signer.verify(Buffer.from(known), frames)).toBe(true);
  });

  test('[W2] uses the digest that the scheme names', () => {
    expect(new MessageSigner('hmac-sha512', 'key').sign(frames)).toHaveLength(128);
  });

  test('[W2] refuses a signature of another length or key', () => {
    const signer = new MessageSigner('hmac-sha256', 'key');
    expect(signer.verify(Buffer.from(''), frames)).toBe(false);
    expect(signer.verify(Buffer.from(new MessageSigner('hmac-sha256', 'other').sign(frames)), frames)).toBe(
      false,
    );
  });

  test('[W3] leaves messages unsigned without a key and accepts any signature', () => {
    const signer = new MessageSigner('hmac-sha256', '');
    expect(signer.sign(frames)).toBe('');
    expect(signer.verify(Buffer.from(''), frames)).toBe(true);
  });
});
