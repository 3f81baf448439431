import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJupyterPassword } from './jupyter-password.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-password-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function configFolder(name: string, content: string): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'jupyter_server_config.json'), content);
  return join(folder, name);
}

it('is the one of the first config folder that has one', () => {
  const first = configFolder('first', '{"IdentityProvider": {"hashed_password": "argon2:first"}}');
  const second = configFolder('second', '{"IdentityProvider": {"hashed_password": "argon2:second"}}');
  const without = configFolder('without', '{"ServerApp": {"port": 1}}');
  expect(readJupyterPassword([join(folder, 'none'), without, first, second])).toBe('argon2:first');
});

it.each([
  '{"PasswordIdentityProvider": {"hashed_password": "argon2:x"}, "IdentityProvider": {"hashed_password": "old"}}',
  '{"IdentityProvider": {"hashed_password": "argon2:x", "token": ""}}',
  '{"ServerApp": {"password": "argon2:x", "root_dir": "/"}}',
])('is found in %s', (content) => {
  expect(readJupyterPassword([configFolder('c', content)])).toBe('argon2:x');
});

it('is none where nobody has set one', () => {
  expect(readJupyterPassword([configFolder('c', '{}')])).toBe('');
});

it('does not go on without the password of a file that is broken', () => {
  const broken = configFolder('c', '{"IdentityProvider": ');
  expect(() => readJupyterPassword([broken])).toThrow(/jupyter_server_config\.json/);
});
