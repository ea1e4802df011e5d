/** Scores photographs: scales them, sends them, and asks for the character where one shows several. */

import { batch } from "@preact/signals";
import * as api from "../api";
import { Refusal } from "../api";
import { addAttempt, adoptClearReading, closeResult, openResult, pollUntilScored } from "../state/attempts";
import { isSending, lockPaper, practised, script } from "../state/paper";
import { trouble } from "../state/trouble";
import { signedInWriter } from "../writer";
import { chooseCharacter } from "./choose";
import { showRefusal } from "./refusals";
import { type Box, crop, encode, isOpaque, readPicture } from "./scale";
import { words } from "./words";

/** ms. A slow phone line may need half a minute for a picture. */
const TIMEOUT = 60_000;

interface Picture {
  canvas: HTMLCanvasElement;
  isOpaque: boolean;
}

/** Score the character in a picture; its result opens when it comes. Ink on the paper stays there. */
export async function scorePhoto(file: Blob): Promise<void> {
  if (isSending.value) return;
  await sendPicture(() => readPicture(file), isOpaque(file));
}

function begin(): void {
  batch(() => {
    lockPaper(true);
    closeResult();
  });
}

/** Send the picture that `open` gives, with the character or script that is practised now. */
async function sendPicture(open: () => Promise<HTMLCanvasElement>, isOpaque: boolean): Promise<void> {
  begin();
  let picture: Picture;
  let image: Blob;
  try {
    picture = { canvas: await open(), isOpaque };
    image = await encode(picture.canvas, isOpaque);
  } catch {
    lockPaper(false);
    trouble.value = { text: words.refusals.not_a_picture };
    return;
  }
  const form = new FormData();
  form.append("image", image);
  if (practised.value) form.append("target", practised.value);
  if (script.value !== "all") form.append("scripts", script.value);
  await send(picture, form, api.newKey());
}

/** Send a photograph and open its result. A retry sends it with the same `key`. */
async function send(picture: Picture, form: FormData, key: string): Promise<void> {
  begin();
  try {
    const attempt = await api.sendAttempt(form, key, { timeout: TIMEOUT, writer: signedInWriter() });
    batch(() => {
      addAttempt(attempt);
      openResult(attempt.id);
    });
    pollUntilScored(attempt);
    adoptClearReading(attempt);
  } catch (error) {
    const boxes = boxesIn(error);
    if (boxes.length > 1) chooseCharacter(picture.canvas, boxes).then((box) => box && sendPart(picture, box));
    else showRefusal(error, () => send(picture, form, key));
  } finally {
    lockPaper(false);
  }
}

const sendPart = ({ canvas, isOpaque }: Picture, box: Box): Promise<void> =>
  sendPicture(async () => crop(canvas, box), isOpaque);

/** The places of the characters that the server found, if it refused a picture for showing several. */
function boxesIn(error: unknown): Box[] {
  if (!(error instanceof Refusal) || error.code !== "several_characters") return [];
  const { errors } = error.answer as { errors?: { positions?: Box[] }[] };
  return errors?.[0]?.positions ?? [];
}
