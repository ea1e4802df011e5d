/** Scales pictures in the browser. Drawing them anew also removes what a camera stores in them, such as the place. */

/** Longest side of a picture that is sent, px. */
const LONGEST_SIDE = 2000;
const QUALITY = 0.9;

/** A part of a picture: left, top, width and height, as fractions of its width and height. */
export type Box = readonly [left: number, top: number, width: number, height: number];

const WHOLE: Box = [0, 0, 1, 1];

/** Whether a JPEG can hold the picture. One that may be transparent would be black on black. */
export const isOpaque = (file: Blob): boolean =>
  !["image/png", "image/webp", "image/gif", "image/avif"].includes(file.type);

/** The picture in a file, upright and at most `LONGEST_SIDE` long. Rejects if the browser can't open it. */
export async function readPicture(file: Blob): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return drawPart(bitmap, WHOLE);
  } finally {
    bitmap.close();
  }
}

/** A part of a picture, with a margin around it. */
export const crop = (picture: HTMLCanvasElement, box: Box): HTMLCanvasElement =>
  drawPart(picture, withMargin(box, picture.width / picture.height));

/** Margin of a part, a fraction of its longer side. */
const MARGIN = 0.2;

/** The box, wider on each side by `fraction` of its longer side, but inside the picture, whose width by height is `aspect`. */
export function withMargin([left, top, width, height]: Box, aspect: number, fraction = MARGIN): Box {
  const margin = fraction * Math.max(width * aspect, height); // relative to the picture's height
  const x = Math.max(0, left - margin / aspect);
  const y = Math.max(0, top - margin);
  return [x, y, Math.min(1, left + width + margin / aspect) - x, Math.min(1, top + height + margin) - y];
}

/** The size of a picture after scaling it down to `LONGEST_SIDE`. A smaller one keeps its size. */
export function scaledSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function drawPart(
  picture: ImageBitmap | HTMLCanvasElement,
  [left, top, width, height]: Box,
): HTMLCanvasElement {
  const part = { width: width * picture.width, height: height * picture.height };
  const canvas = Object.assign(document.createElement("canvas"), scaledSize(part.width, part.height));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The browser has no canvas.");
  context.imageSmoothingQuality = "high";
  context.drawImage(
    picture,
    left * picture.width,
    top * picture.height,
    part.width,
    part.height,
    0,
    0,
    canvas.width,
    canvas.height,
  );
  return canvas;
}

/** The picture as a file to send: a JPEG, or a PNG where parts may be transparent. Rejects if the browser can't make one. */
export function encode(picture: HTMLCanvasElement, isOpaque: boolean): Promise<Blob> {
  return new Promise((resolve, reject) =>
    picture.toBlob(
      (file) => (file ? resolve(file) : reject(new Error("The browser can't encode the picture."))),
      isOpaque ? "image/jpeg" : "image/png",
      QUALITY,
    ),
  );
}
