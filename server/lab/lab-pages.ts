import { join } from 'node:path';
import type { Identity } from '../auth/identity.ts';
import { viewerPageConfig } from '../auth/viewer-page-config.ts';
import type { LabApplication } from './lab-application.ts';
import type { JinjaTemplates } from './jinja-templates.ts';
import { renderPage } from './render-page.ts';

/** What a page's address says. */
export interface LabPageAddress {
  readonly mode: 'multiple-document' | 'single-document';
  readonly workspace: string;
  /** Decoded, relative to the root; empty for none. */
  readonly treePath: string;
  /** Set where the address is none of the application's: it then says so itself. */
  readonly notFoundUrl?: string;
}

/** Renders JupyterLab's own page template with the config of the moment. */
export class LabPages {
  private pagesServed = 0;

  constructor(
    private readonly application: LabApplication,
    private readonly templates: JinjaTemplates,
  ) {}

  /** @param token of the requester's own session, never another's (I10). Null where JupyterLab is not installed. */
  async render(address: LabPageAddress, token: string, identity: Identity): Promise<string | null> {
    const state = await this.application.state();
    if (state === null) return null;
    const template = join(state.installation.directory, 'static', 'index.html');
    const pageConfig = {
      ...state.pageConfig,
      ...viewerPageConfig(identity),
      ...address,
      store_id: this.pagesServed++,
      token,
    };
    return renderPage(this.templates, template, pageConfig, false);
  }
}
