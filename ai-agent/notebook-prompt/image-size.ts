export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Base64 characters that are looked at: a JPEG may have a preview before its size. */
const mostRead = 175_000;

/** In pixels, from the header of a PNG, GIF, WebP or JPEG in base64; null where that cannot be read. */
export function imageSize(mediaType: string, base64: string): ImageSize | null {
  const bytes = bytesOf(base64.slice(0, mediaType === 'image/jpeg' ? mostRead : 64));
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer);
  try {
    switch (mediaType) {
      case 'image/png':
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case 'image/gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case 'image/jpeg':
        return jpegSize(view);
      case 'image/webp':
        return webpSize(view);
      default:
        return null;
    }
  } catch {
    // A DataView throws where the bytes end too early: no image of this type.
    return null;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    const whole = base64.replaceAll(/\s/g, '');
    return Uint8Array.from(atob(whole.slice(0, whole.length - (whole.length % 4))), (byte) =>
      byte.charCodeAt(0),
    );
  } catch {
    // Not base64.
    return null;
  }
}

/** The frame header (SOF0 to SOF15, but for the three markers in between that are no frames) has height and width. */
function jpegSize(view: DataView): ImageSize | null {
  let position = 2;
  while (view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(position + 7), height: view.getUint16(position + 5) };
    }
    position += 2 + view.getUint16(position + 2);
  }
  return null;
}

/** Lossy, lossless and extended files have it in different places (RFC 9649). */
function webpSize(view: DataView): ImageSize | null {
  switch (view.getUint8(15)) {
    case 0x20:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x58:
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

function uint24(view: DataView, position: number): number {
  return view.getUint16(position, true) + view.getUint8(position + 2) * 0x10000;
}
