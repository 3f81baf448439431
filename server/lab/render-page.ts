import { TemplateDict } from './jinja-templates.ts';
import type { JinjaTemplates } from './jinja-templates.ts';

/**
 * Renders a page template of an installed package, with the variables that Jupyter's front-ends expect.
 * @param customCss whether the page loads `/custom/custom.css`.
 */
export function renderPage(
  templates: JinjaTemplates,
  template: string,
  pageConfig: Readonly<Record<string, unknown>>,
  customCss: boolean,
): Promise<string> {
  return templates.render(template, {
    page_config: new TemplateDict(pageConfig),
    base_url: pageConfig['baseUrl'],
    ws_url: pageConfig['wsUrl'],
    custom_css: customCss,
  });
}
