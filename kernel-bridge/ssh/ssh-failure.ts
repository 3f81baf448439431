import { PlaceError } from '../places/place-error.ts';

/**
 * Why ssh did not get there, from what it said on standard error, which is all that it tells.
 * @param destination as a person calls it
 */
export function sshFailure(destination: string, said: string): PlaceError {
  const lines = said
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(debug\d|Warning: Permanently added)/.test(line));
  const text = lines.join('\n');
  const last = lines.findLast((line) => !/^(lost connection|ssh_dispatch|Connection to )/i.test(line)) ?? '';
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(text)) return changedKey(destination, text);
  const unknown = /No (\S+) host key is known for (.+?) and you have requested strict checking/.exec(text);
  if (unknown !== null)
    return new PlaceError(
      'PLACE_HOST_KEY_UNKNOWN',
      `The machine that answers as ${unknown[2]} has never been met.`,
      'Compare the fingerprint with the one that its administrators give, and accept it if they are the same.',
      { host: unknown[2] ?? '', keyType: unknown[1] ?? '' },
    );
  if (/Host key verification failed/.test(text))
    return new PlaceError(
      'PLACE_HOST_KEY_UNKNOWN',
      `The host key of ${destination} could not be verified: ${last}`,
      `Run \`ssh ${destination}\` in a terminal to see what is wrong with it.`,
    );
  if (/REVOKED HOST KEY/.test(text))
    return new PlaceError(
      'PLACE_HOST_KEY_CHANGED',
      `The host key of ${destination} is marked as revoked.`,
      'Ask the administrators of that machine.',
    );
  const key = /(?:Load key|Identity file) "?(.+?)"?:? (.*)/.exec(text);
  if (/Permission denied|Too many authentication failures|No more authentication methods/.test(text))
    return new PlaceError(
      'PLACE_DENIED',
      `${destination} does not let us in: ${lines.findLast((line) => /denied|failures|methods/.test(line)) ?? last}`,
      (key === null ? '' : `ssh says of the key: ${key[0]}. `) +
        'Passwords cannot be asked for here. Check the user and the key file, add the public key to ~/.ssh/authorized_keys ' +
        'there (ssh-copy-id), and load a key with a passphrase into your agent (ssh-add) before the server starts.',
    );
  if (/Could not resolve hostname|Name or service not known|nodename nor servname/.test(text))
    return unreachable(destination, last, 'Check the spelling of the host, your DNS and your VPN.');
  if (/Connection refused/.test(text))
    return unreachable(destination, last, 'Check the port, and that an ssh server runs there.');
  if (/timed out|No route to host|Network is unreachable|Host is down/i.test(text))
    return unreachable(
      destination,
      last,
      'Check that it is switched on, your network, your VPN and firewalls between.',
    );
  if (/Bad configuration option|Bad owner or permissions|configuration options|line \d+:/.test(text))
    return new PlaceError(
      'PLACE_UNFIT',
      `ssh does not take its configuration: ${last}`,
      'Correct ~/.ssh/config on the server’s machine.',
    );
  return unreachable(
    destination,
    last === '' ? 'ssh ended without a word' : last,
    `Run \`ssh ${destination}\` in a terminal on the server’s machine to see more.`,
  );
}

function unreachable(destination: string, why: string, remedy: string): PlaceError {
  return new PlaceError('PLACE_UNREACHABLE', `${destination} cannot be reached: ${why}`, remedy);
}

function changedKey(destination: string, text: string): PlaceError {
  const fingerprint = /SHA256:[A-Za-z0-9+/]+/.exec(text)?.[0];
  const [, file, line] = /Offending .*? key in (.+):(\d+)/.exec(text) ?? [];
  const host = /Host key for (.+?) has changed/.exec(text)?.[1] ?? destination;
  return new PlaceError(
    'PLACE_HOST_KEY_CHANGED',
    `Another machine answers as ${host} than before, or its host key was made anew. Nothing was sent to it.`,
    'If its administrators say that the key was changed, ' +
      (file === undefined
        ? `remove the old one: ssh-keygen -R ${JSON.stringify(host)}`
        : `remove the old one, which is line ${line} of ${file}: ssh-keygen -f ${JSON.stringify(file)} -R ${JSON.stringify(host)}`),
    {
      host,
      ...(fingerprint !== undefined && { fingerprint }),
      ...(file !== undefined && line !== undefined && { knownHosts: file, line }),
    },
  );
}
