import type { CrashSite } from './crash-site.ts';
import type { RoundPlan } from './round-plan.ts';

/** What can be killed of a browser. */
export interface BrowserVictim {
  killTab(): Promise<void>;
  killBrowser(): Promise<void>;
}

/** SIGKILL from outside, by process id. @param kernelPid as the kernel itself noted it */
export async function kill(
  { victim }: RoundPlan,
  { site, kernelPid, browser }: { site: CrashSite; kernelPid: number; browser: BrowserVictim | null },
): Promise<void> {
  switch (victim) {
    case 'server':
      site.killServer();
      return;
    case 'supervisor':
      site.killSupervisor();
      return;
    case 'server + supervisor':
      site.killServer();
      site.killSupervisor();
      return;
    case 'kernel':
      process.kill(kernelPid, 'SIGKILL');
      return;
    case 'tab':
      await browser?.killTab();
      return;
    case 'browser':
      await browser?.killBrowser();
      return;
  }
}
