import { fit, type Grays, graysOf } from "../../parts/logo";

/** Larger files are photographs of a poster, and no window holds many of them. */
const MOST_BYTES = 20 * 1024 * 1024;

const SVG = "image/svg+xml";
export const PICTURES = ["image/png", "image/jpeg", SVG];

/** Why a file is none that a logo could be made of. */
export type Unreadable = "noPicture" | "tooLarge";

/** The grays of a picture file, as large as it is on paper. */
export async function readPicture(file: File): Promise<Grays | Unreadable> {
  if (file.size > MOST_BYTES) return "tooLarge";
  try {
    const picture = new Image();
    // An address that holds the picture itself: no other is let in, and what it draws may be read back.
    picture.src = await addressOf(file);
    await picture.decode();
    const { width, height } = fit({ width: picture.naturalWidth, height: picture.naturalHeight }, file.type === SVG);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return "noPicture";
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    return { width, grays: graysOf(context.getImageData(0, 0, width, height).data) };
  } catch {
    return "noPicture";
  }
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
