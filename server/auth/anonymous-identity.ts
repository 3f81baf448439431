import { createHash, randomUUID } from 'node:crypto';
import type { Identity } from './identity.ts';

/** Moons of Saturn and Uranus: a shared token names nobody, and people are told apart more easily by a word. */
const MOONS = [
  ...['Aegaeon', 'Anthe', 'Ariel', 'Atlas', 'Belinda', 'Bianca', 'Calypso', 'Cordelia', 'Cressida', 'Cupid'],
  ...[
    'Daphnis',
    'Desdemona',
    'Dione',
    'Enceladus',
    'Epimetheus',
    'Helene',
    'Hyperion',
    'Iapetus',
    'Janus',
    'Juliet',
  ],
  ...[
    'Mab',
    'Methone',
    'Mimas',
    'Miranda',
    'Oberon',
    'Ophelia',
    'Pallene',
    'Pan',
    'Pandora',
    'Perdita',
    'Phoebe',
  ],
  ...[
    'Polydeuces',
    'Portia',
    'Prometheus',
    'Puck',
    'Rhea',
    'Rosalind',
    'Telesto',
    'Tethys',
    'Titan',
    'Titania',
  ],
  'Umbriel',
] as const;

/** Somebody new: a user name that nobody else has. */
export function newAnonymousIdentity(): Identity {
  return anonymousIdentity(randomUUID().replaceAll('-', ''));
}

/** The same moon for the same user name. */
export function anonymousIdentity(username: string): Identity {
  const index = createHash('sha256').update(username).digest().readUInt32BE(0) % MOONS.length;
  const moon = MOONS[index] ?? MOONS[0];
  const name = `Anonymous ${moon}`;
  return {
    username,
    name,
    displayName: name,
    initials: `A${moon[0]}`,
    avatarUrl: null,
    color: null,
    right: 'full',
  };
}
