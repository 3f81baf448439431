import { environmentOf, startScriptedModel } from '../../agent-tasks/scripted-models.ts';
import type { ModelScript } from '../../agent-tasks/scripted-models.ts';
import type { ModelServer } from '../../doubles/model-server.ts';
import { CrashSite } from '../matrix/crash-site.ts';

/** A server that is killed, and a model elsewhere that is not. */
export class AgentSite {
  /** What the model does at the moment. */
  script: ModelScript = () => ({ text: ['Nothing was asked.'] });

  private constructor(
    readonly crash: CrashSite,
    readonly provider: ModelServer,
  ) {}

  static async open(): Promise<AgentSite> {
    let site: AgentSite | null = null;
    const provider = await startScriptedModel(
      (asked) => site?.script(asked) ?? { text: ['Nobody is there yet.'] },
      { pace: 3 },
    );
    site = new AgentSite(await CrashSite.openShared(environmentOf(provider)), provider);
    return site;
  }

  async close(options: { readonly keepFolders: boolean }): Promise<void> {
    await this.crash.close(options);
    await this.provider.close();
  }
}
