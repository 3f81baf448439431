/**
 * Takes from a frame what its sandbox and Content Security Policy leave open: peer connections (`webrtc` is in no browser's
 * policy yet) and frames within, where these would be whole again. Runs before any cell.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself.
 */
export function closeDoors(frame: Window & typeof globalThis): void {
  for (const name of Object.getOwnPropertyNames(frame))
    if (/^(webkit)?RTC|^WebTransport/.test(name)) Reflect.deleteProperty(frame, name);

  const FRAMES = 'iframe, frame, object, embed, fencedframe, portal';
  const isFrame = (node: Element): boolean => node.matches(FRAMES);
  const remove = (node: Element): void => {
    node.remove();
    frame.console.warn('A cell cannot show frames of its own: this one was removed.');
  };
  // Before the next task, and so before anything in such a frame could run.
  const observer = new frame.MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        if (!(node instanceof frame.Element)) continue;
        if (isFrame(node)) remove(node);
        else for (const inner of node.querySelectorAll(FRAMES)) remove(inner);
      }
  });
  const options = { childList: true, subtree: true };
  observer.observe(frame.document, options);
  // The observer sees into no shadow root, and one that a parser makes is not told of.
  const prototype = frame.Element.prototype;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its element below
  const { attachShadow } = prototype;
  prototype.attachShadow = function (init) {
    const root = Reflect.apply(attachShadow, this, [init]);
    observer.observe(root, options);
    return root;
  };
  for (const each of [prototype, frame.ShadowRoot.prototype]) Reflect.deleteProperty(each, 'setHTMLUnsafe');
  Reflect.deleteProperty(frame.Document, 'parseHTMLUnsafe');
}
