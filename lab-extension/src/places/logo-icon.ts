import { LabIcon } from '@jupyterlab/ui-components';
import { logoSvg } from './logo-svg.ts';

const icons = new Map<string, LabIcon>();

/** A kernelspec's logo in the place of an icon. */
export function logoIcon(url: string): LabIcon {
  const icon = icons.get(url) ?? new LabIcon({ name: `in-the-loop:logo:${url}`, svgstr: logoSvg(url) });
  icons.set(url, icon);
  return icon;
}
