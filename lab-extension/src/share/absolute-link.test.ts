import { expect, test } from 'vitest';
import { absoluteLink } from './absolute-link.ts';

const LINK = '/base/lab/tree/a.ipynb?token=look';

test.each([
  ['', 'https://host:8888/base/lab/tree/b.ipynb?token=mine#x', `https://host:8888${LINK}`],
  ['https://hub.example/user/ada/', 'https://inner/base/lab', `https://hub.example${LINK}`],
])('with the shared address "%s", the page %s gives %s', (shareUrl, address, link) => {
  expect(absoluteLink(LINK, shareUrl, address)).toBe(link);
});
