import type { ILabShell } from '@jupyterlab/application';

type Shell = Pick<
  ILabShell,
  | 'collapseLeft'
  | 'collapseRight'
  | 'currentChanged'
  | 'expandLeft'
  | 'isSideTabBarVisible'
  | 'leftCollapsed'
  | 'node'
  | 'toggleSideTabBarVisibility'
>;

/**
 * JupyterLab's side areas keep their width on any screen: of 390 pixels they leave a notebook 62. On narrow screens they
 * close when a document is opened or touched, and come back when the screen gets wide.
 */
export class SideAreas {
  #hasClosedLeft = false;
  #hasHiddenRight = false;

  constructor(
    private readonly shell: Shell,
    private readonly narrow: MediaQueryList,
  ) {
    shell.currentChanged.connect((_, { newValue }) => {
      if (newValue !== null) this.makeRoom();
    });
    shell.node.querySelector('#jp-main-dock-panel')?.addEventListener('pointerdown', () => this.makeRoom());
    narrow.addEventListener('change', () => (narrow.matches ? this.makeRoom() : this.#comeBack()));
  }

  makeRoom(): void {
    if (!this.narrow.matches) return;
    if (!this.shell.leftCollapsed) this.#hasClosedLeft = true;
    this.shell.collapseLeft();
    this.shell.collapseRight();
    // Its bar has the property inspector and the debugger; the menus have them, too.
    if (!this.shell.isSideTabBarVisible('right')) return;
    this.#hasHiddenRight = true;
    this.shell.toggleSideTabBarVisibility('right');
  }

  #comeBack(): void {
    if (this.#hasClosedLeft) this.shell.expandLeft();
    if (this.#hasHiddenRight && !this.shell.isSideTabBarVisible('right'))
      this.shell.toggleSideTabBarVisibility('right');
    this.#hasClosedLeft = false;
    this.#hasHiddenRight = false;
  }
}
