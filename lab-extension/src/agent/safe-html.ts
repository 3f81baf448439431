import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

/** Where the address of a picture waits for a click. */
export const HELD_IMAGE = 'data-held-image';

/** What can load something by itself, take input, or play. */
const UNWANTED =
  'audio, video, source, track, iframe, object, embed, link, style, form, button, input[type="image"]';

/**
 * JupyterLab's sanitiser, and after it none of what loads anything: a model that was talked into it could carry what it has read to
 * somebody else's server in the address of a picture. Pictures become words that a click turns into pictures.
 */
export function holdingBack(sanitizer: IRenderMime.ISanitizer): IRenderMime.ISanitizer {
  return {
    sanitize(dirty, options) {
      // A document of its own: nothing in it is loaded.
      const page = new DOMParser().parseFromString(sanitizer.sanitize(dirty, options), 'text/html');
      for (const unwanted of page.querySelectorAll(UNWANTED)) unwanted.remove();
      for (const image of page.querySelectorAll('img')) hold(image, page);
      for (const each of page.querySelectorAll('*')) clean(each);
      return page.body.innerHTML;
    },
    getAutolink: () => true,
    allowNamedProperties: false,
    allowCommandLinker: false,
  };
}

function hold(image: HTMLImageElement, page: Document): void {
  const source = image.getAttribute('src') ?? '';
  image.removeAttribute('srcset');
  if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(source)) return;
  const held = page.createElement('span');
  held.setAttribute(HELD_IMAGE, source);
  held.textContent = image.alt;
  image.replaceWith(held);
}

function clean(each: Element): void {
  for (const { name, value } of [...each.attributes]) {
    const loads = name === 'style' && /url\s*\(|image-set|\\/i.test(value);
    const loadsOld = name === 'background' || name === 'poster' || name === 'srcset' || name === 'usemap';
    const acts = name.startsWith('data-commandlinker') || name === 'id' || name === 'name';
    if (loads || loadsOld || acts) each.removeAttribute(name);
  }
}
