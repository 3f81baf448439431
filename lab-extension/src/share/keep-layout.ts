import type { Workspace } from '@jupyterlab/services';

/**
 * JupyterLab keeps the layout of its windows on the server. Viewers' stays on their page: what would be refused is not asked
 * for.
 * @param mayWrite asked when there is something to keep
 */
export function keepLayout(workspaces: Workspace.IManager, mayWrite: () => Promise<boolean>): void {
  const save = workspaces.save.bind(workspaces);
  workspaces.save = async (id, workspace) => {
    if (await mayWrite()) await save(id, workspace);
  };
}
