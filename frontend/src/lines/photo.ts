/** Sends photographs of lines. Loaded once one is chosen. */

import { batch } from "@preact/signals";
import { newKey } from "../api";
import { showRefusal } from "../photo/refusals";
import { encode, isOpaque, readPicture } from "../photo/scale";
import { words as photoWords } from "../photo/words";
import { isSending, lockPaper } from "../state/paper";
import { dismissTrouble, trouble } from "../state/trouble";
import { signedInWriter } from "../writer";
import { sendLine } from "./api";
import { addWritten, direction, photo, showLine } from "./lines";
import { follow } from "./sending";
import { words } from "./words";

/** ms. A slow phone line may need half a minute for a picture. */
const TIMEOUT = 60_000;

/** Read the line in a picture; its result opens when it comes. */
export async function scorePhoto(file: Blob): Promise<void> {
  if (isSending.value) return;
  lockPaper(true);
  dismissTrouble();
  let picture: HTMLCanvasElement;
  let image: Blob;
  try {
    picture = await readPicture(file);
    image = await encode(picture, isOpaque(file));
  } catch {
    lockPaper(false);
    trouble.value = { text: photoWords.refusals.not_a_picture };
    return;
  }
  const form = new FormData();
  form.append("kind", "free");
  form.append("direction", direction.value);
  form.append("image", image);
  await send(picture, form, newKey());
}

/** Send a photograph and open its result. A retry sends it with the same `key`. */
async function send(picture: HTMLCanvasElement, form: FormData, key: string): Promise<void> {
  lockPaper(true);
  dismissTrouble();
  try {
    const sent = await sendLine(form, key, { timeout: TIMEOUT, writer: signedInWriter() });
    batch(() => {
      addWritten(sent.id, []);
      showLine(sent);
      photo.value = picture;
    });
    follow(sent, sent.id);
  } catch (error) {
    showRefusal(error, () => send(picture, form, key), words.photoRefusals);
  } finally {
    lockPaper(false);
  }
}
