import { PlaceError } from '../places/place-error.ts';

/** What was asked for when a server refused it: starting a kernel may be refused where all else is allowed. */
export type Asked = 'kernel' | 'other';

/** Nobody answered. */
export function explainNoAnswer(host: string, error: unknown): PlaceError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const made = (text: string, remedy: string): PlaceError =>
    new PlaceError('PLACE_UNREACHABLE', text, remedy, code === '' ? {} : { reason: code }, { cause: error });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return made(
      `No address is known for ${host}.`,
      'Look at the host name, and at whether this machine is in that network.',
    );
  if (code === 'ECONNREFUSED')
    return made(`Nobody listens at ${host}.`, 'Start the server there, or look at its port.');
  if (code === 'ETIMEDOUT' || code === 'GATEWAY_SLOW')
    return made(
      `${host} does not answer.`,
      'Look at whether a firewall is between this machine and that one.',
    );
  if (isAboutTls(code, message))
    return made(
      `The certificate of ${host} cannot be trusted: ${message}.`,
      'Name the file of the certificate authority that has signed it, if you trust that one.',
    );
  return made(`${host} cannot be reached: ${message || code}.`, 'Try again, or look at its address.');
}

/**
 * An answer that is none of a server that does what it is asked.
 * @param words what it says of it, in a line; empty where it says nothing
 */
export function explainRefusal(host: string, status: number, words: string, asked: Asked): PlaceError {
  const said = words === '' ? '' : ` It says: “${words}”`;
  const details = { status: String(status), words };
  if (status === 401 || (status === 403 && !(asked === 'kernel' && saysMore(words))))
    return new PlaceError(
      'PLACE_DENIED',
      `${host} does not accept the token.${said}`,
      'Give a token that is valid there, or the headers that it asks for.',
      details,
    );
  if (status === 404 || status === 405)
    return new PlaceError(
      'PLACE_UNFIT',
      `No Jupyter server answers at this address of ${host}.${said}`,
      'Look at the address: it ends where the server’s own pages begin, as https://hub.example/user/ada/.',
      details,
    );
  if (status === 424)
    return new PlaceError(
      'PLACE_UNREACHABLE',
      `${host} has a JupyterHub, and that person’s server does not run.${said}`,
      'Start it on the hub’s own page.',
      details,
    );
  if (asked === 'kernel' && (status === 403 || status === 429 || status === 503))
    return new PlaceError(
      'PLACE_REFUSED',
      `${host} starts no kernel now.${said}`,
      'Shut kernels down that you do not need there, or try again later.',
      details,
    );
  if (status === 429)
    return new PlaceError('PLACE_REFUSED', `${host} is asked too often.${said}`, 'Try again later.', details);
  if (status === 502 || status === 503 || status === 504)
    return new PlaceError(
      'PLACE_UNREACHABLE',
      `A proxy answers at ${host}, and the server behind it does not (HTTP ${status}).${said}`,
      'Look at whether that server runs.',
      details,
    );
  return new PlaceError(
    'PLACE_UNFIT',
    asked === 'kernel'
      ? `${host} could not start the kernel (HTTP ${status}).${said}`
      : `${host} cannot do what a Jupyter server does (HTTP ${status}).${said}`,
    'Its own log says more.',
    details,
  );
}

/** It sends us elsewhere. @param location as it came, relative or not */
export function explainRedirect(base: URL, location: string): PlaceError {
  const to = URL.parse(location, base.href);
  // What comes after the path may be secret.
  const target = to === null ? 'nowhere' : `${to.origin}${to.pathname}`;
  if (to !== null && /\/(login|oauth\w*|signin|sign-in|authorize)\b/i.test(to.pathname))
    return new PlaceError(
      'PLACE_DENIED',
      `${base.host} sends us to its login page: the token is not accepted.`,
      'Give a token that is valid there, or the headers that it asks for.',
      { status: '302' },
    );
  return new PlaceError(
    'PLACE_UNFIT',
    `${base.host} sends us to ${target}.`,
    'If that is where the server is, give this address.',
    { status: '302' },
  );
}

function saysMore(words: string): boolean {
  return words !== '' && !/^(forbidden|unauthorized)\W*$|xsrf/i.test(words);
}

function isAboutTls(code: string, message: string): boolean {
  return (
    /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code) ||
    /certificate|wrong version number|SSL|TLS/i.test(message)
  );
}
