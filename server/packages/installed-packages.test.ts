import { describe, expect, it } from 'vitest';
import { installedPackages, mayInstall } from './installed-packages.ts';

describe('mayInstall', () => {
  it.each([
    '%pip install pandas',
    '  !pip install -U "pandas>=2"',
    'import sys\n!{sys.executable} -m pip install pandas',
    '%uv pip install pandas',
    '! uv pip install pandas',
    '!pip3 install pandas',
  ])('is told by %j', (code) => expect(mayInstall(code)).toBe(true));

  it.each(['print("pip install")', '# %pip install pandas', '%pip list', 'install = 1', '%pipinstall x'])(
    'is not told by %j',
    (code) => expect(mayInstall(code)).toBe(false),
  );
});

describe('installedPackages', () => {
  it('are those that were asked for, not what they need in turn', () => {
    const printed =
      'Collecting Pandas>=2\n  Downloading…\nInstalling collected packages: six, pandas\n' +
      '\u001b[32mSuccessfully installed\u001b[0m pandas-2.2.3 python-dateutil-2.9.0.post0 six-1.17.0\nNote: you may need to restart the kernel to use updated packages.\n';
    expect(
      installedPackages('%pip install "Pandas>=2" --quiet --index-url https://x.example  # here', printed),
    ).toEqual({ pandas: '2.2.3' });
  });

  it('are known where they were there before', () => {
    const printed =
      'Requirement already satisfied: scikit_learn[tests]>=1 in /v/lib/python3.12/site-packages (1.7.2)\n' +
      'Requirement already satisfied: numpy>=1 in /v/lib/python3.12/site-packages (from scikit_learn) (2.3.1)\n';
    expect(installedPackages('!pip install scikit_learn[tests]>=1', printed)).toEqual({
      'scikit-learn': '1.7.2',
    });
  });

  it('are all of a file, a folder or an address', () => {
    const printed = 'Successfully installed fish-0.1.0 ruamel.yaml-0.18.6';
    for (const code of [
      '%pip install -r needs.txt',
      '%pip install ./fish',
      '%pip install git+https://x.example/f',
    ])
      expect(installedPackages(code, printed)).toEqual({ fish: '0.1.0', 'ruamel-yaml': '0.18.6' });
  });

  it('are read of uv', () => {
    const printed =
      'Resolved 2 packages in 10ms\nInstalled 2 packages in 3ms\n + httpx==0.28.1\n + anyio==4.9.0\n';
    expect(installedPackages('%uv pip install httpx', printed)).toEqual({ httpx: '0.28.1' });
  });

  it('are none where nothing was installed', () => {
    expect(
      installedPackages('%pip install nonesuch', 'ERROR: No matching distribution found for nonesuch'),
    ).toEqual({});
  });
});
