/** Puts a style sheet of ours into the page, once. What is added later wins over the page's own of the same strength. */
export function addStyleSheet(id: string, css: string): void {
  const name = `in-the-loop-${id}`;
  if (document.getElementById(name) !== null) return;
  const element = document.createElement('style');
  element.id = name;
  element.textContent = css;
  document.head.append(element);
}
