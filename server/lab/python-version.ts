/** Whether a Python package version is newer than another, by release numbers, then pre- and post-releases (PEP 440). */
export function isNewerVersion(version: string, than: string): boolean {
  const [left, right] = [sortKey(version), sortKey(than)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

const RELEASE_PARTS = 6;
const STAGES: Readonly<Record<string, number>> = { dev: -4, a: -3, b: -2, rc: -1, post: 1 };

function sortKey(version: string): number[] {
  const match = /^v?(\d+(?:\.\d+)*)(?:[._-]?(dev|a|b|rc|post)[._-]?(\d*))?/i.exec(version.trim());
  const release = (match?.[1] ?? '0').split('.').map(Number);
  while (release.length < RELEASE_PARTS) release.push(0);
  const stage = match?.[2]?.toLowerCase();
  return [...release, stage === undefined ? 0 : (STAGES[stage] ?? 0), Number(match?.[3] || 0)];
}
