import { expect, it } from 'vitest';
import { browserCommand } from './open-browser.ts';

it.each([
  [{ DISPLAY: ':0' }, 'linux', ['xdg-open', 'file:///x']],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', ['xdg-open', 'file:///x']],
  [{}, 'linux', null],
  [{}, 'darwin', ['open', 'file:///x']],
  [{ BROWSER: 'firefox --new-window' }, 'linux', ['firefox', '--new-window', 'file:///x']],
  [{ BROWSER: 'w3m -url=%s:lynx' }, 'linux', ['w3m', '-url=file:///x']],
])('with %j on %s runs %j', (environment, platform, command) => {
  expect(browserCommand('file:///x', environment, platform)).toEqual(command);
});
