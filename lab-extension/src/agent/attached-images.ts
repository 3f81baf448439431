import type { AskedImage } from './agents-client.ts';
import { button, element } from './element.ts';

const TAKEN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** As many as the server takes. */
const MOST = 8;
/** In bytes; models take no larger ones. */
const LARGEST = 5 * 1024 * 1024;

/** Pictures that go with a question. */
export class AttachedImages {
  readonly node = element('div', 'itl-Agent-row itl-Agent-attached');
  #images: readonly AskedImage[] = [];

  /** @param say told why one is not taken */
  constructor(private readonly say: (text: string) => void) {
    this.node.hidden = true;
  }

  get images(): readonly AskedImage[] {
    return this.#images;
  }

  set(images: readonly AskedImage[]): void {
    this.#images = images;
    this.node.hidden = images.length === 0;
    this.node.replaceChildren(
      ...images.map((image) => {
        const box = element('span', 'itl-Agent-attachedImage');
        const shown = element('img', '');
        shown.src = `data:${image.media_type};base64,${image.data}`;
        shown.alt = image.description || 'Attached picture';
        const remove = (): void => this.set(this.#images.filter((each) => each !== image));
        box.append(shown, button('×', remove, { label: `Remove ${shown.alt}` }));
        return box;
      }),
    );
  }

  /** @returns whether there was a picture among them */
  add(files: Iterable<File>): boolean {
    const pictures = [...files].filter(({ type }) => type.startsWith('image/'));
    for (const picture of pictures) void this.#add(picture);
    return pictures.length > 0;
  }

  async #add(file: File): Promise<void> {
    if (!TAKEN.has(file.type)) return this.say('Pictures can be PNG, JPEG, GIF or WebP.');
    if (file.size > LARGEST) return this.say('This picture is too large: 5 MB at most.');
    const data = await base64Of(file);
    if (this.#images.length >= MOST) return this.say(`No more than ${MOST} pictures go with a question.`);
    this.set([...this.#images, { media_type: file.type, data, description: file.name }]);
  }
}

/** The bytes without the address that a browser puts before them. */
export async function base64Of(blob: Blob): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The picture cannot be read.'));
    reader.readAsDataURL(blob);
  });
  return address.slice(address.indexOf(',') + 1);
}
