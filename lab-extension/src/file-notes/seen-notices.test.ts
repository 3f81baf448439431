import { expect, test } from 'vitest';
import { SeenNotices } from './seen-notices.ts';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test('a dismissed notice stays away after a reload, and the next merge has one again', () => {
  const browser = storage();
  new SeenNotices(browser, 'k').add('document', 'noon');
  const reloaded = new SeenNotices(browser, 'k');
  expect(reloaded.has('document', 'noon')).toBe(true);
  expect(reloaded.has('document', 'later')).toBe(false);
  expect(reloaded.has('other', 'noon')).toBe(false);
});

test('remembers on the page alone where the browser keeps nothing, and no more than it must', () => {
  const seen = new SeenNotices(null, 'k');
  for (let one = 0; one <= 100; one += 1) seen.add(`document-${one}`, 'noon');
  expect(seen.has('document-100', 'noon')).toBe(true);
  expect(seen.has('document-0', 'noon')).toBe(false);
});

test('takes nothing from what somebody else has written there', () => {
  const browser = storage();
  browser.setItem('k', '{"a": [1');
  expect(new SeenNotices(browser, 'k').has('a', 'b')).toBe(false);
});
