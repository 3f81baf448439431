const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^(\d+(?:\.\d*)?|\.\d+)(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;

/** The number that a quantity of Kubernetes means, null for what is none; signs are of no use for resources. */
export function quantity(text: string): number | null {
  const match = QUANTITY.exec(text);
  if (match === null) return null;
  const [, digits = '', suffix = '', exponent] = match;
  return Number(digits) * (exponent === undefined ? (FACTORS[suffix] ?? 1) : 10 ** Number(exponent));
}
