/** Where HTML kernels run: none of them can be made yet, which is said to whoever asks for one. */
export class HtmlRealms {
  constructor(private readonly container: HTMLElement) {}

  /** @param port speaks `host-protocol.ts` */
  make(_realm: number, port: MessagePort): void {
    this.container.dataset['realms'] = 'none';
    port.postMessage({
      type: 'failed',
      message: 'HTML kernels cannot be run in this version.',
      remedy: 'Choose another kernel.',
    });
  }

  end(_realm: number): void {
    delete this.container.dataset['realms'];
  }
}
