import { beforeEach, expect, test, vi } from "vitest";
import {
  attempt,
  fakePictures,
  fakeServer,
  invalid,
  json,
  noConnection,
  openPage,
  type Page,
  server,
} from "../state/testing";
import type { Line, LineCharacter } from "./api";

fakeServer();
const encoded = fakePictures();
let page: Page;
let lines: typeof import("./lines");
let scorePhoto: (file: Blob) => Promise<void>;
const picture = new Blob(["…"], { type: "image/jpeg" });
const sent = () => Object.fromEntries(server.requests.at(-1)?.body as FormData);

const character = { position: 1, read_as: "口", attempt: attempt({ image: "/image/" }) } as LineCharacter;
const line = {
  id: "line",
  status: "scored",
  text: "",
  read_as: "口",
  characters: [character],
} as Partial<Line>;

beforeEach(async () => {
  page = await openPage();
  lines = await import("./lines");
  ({ scorePhoto } = await import("./photo"));
  lines.kind.value = "free";
  lines.open();
});

test("a photograph is scaled, sent as a free line, and shown with its result", async () => {
  lines.turnLine();
  server.answers.push(json(201, line));
  await scorePhoto(picture);
  expect(encoded).toEqual(["image/jpeg 2000 × 1500"]);
  expect(sent()).toMatchObject({ kind: "free", direction: "vertical", image: expect.any(Blob) });
  expect(lines.stage.value).toBe("result");
  expect(lines.photo.value?.width).toBe(2000);
  await vi.runAllTimersAsync();
  expect(lines.session.value?.written).toMatchObject([{ id: "line", inks: [], images: ["/image/"] }]);
  lines.nextTask();
  expect(lines.photo.value).toBeNull();
});

test("a refusal is explained for a line", async () => {
  server.answers.push(json(400, invalid("nothing_written", "…")));
  await scorePhoto(picture);
  expect(page.trouble.value?.text).toContain("Photograph one line");
  expect(page.trouble.value?.retry).toBeUndefined();
  expect(page.isSending.value).toBe(false);
});

test.each(["too_large", "too_many_pixels", "too_many_pixels_for_format"])(
  "%s asks to crop to the line",
  async (code) => {
    server.answers.push(json(400, invalid(code, "…")));
    await scorePhoto(picture);
    expect(page.trouble.value?.text).toBe("The picture is too large. Crop it to the line.");
  },
);

test("without a connection a retry sends it with the same key", async () => {
  server.answers.push(noConnection, json(201, line));
  await scorePhoto(picture);
  expect(page.trouble.value?.text).toContain("can’t be kept for later");
  page.trouble.value?.retry?.();
  await vi.runAllTimersAsync();
  expect(server.requests[0]?.key).toBe(server.requests[1]?.key);
  expect(lines.stage.value).toBe("result");
});

test("a file that is no picture is not sent", async () => {
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error("InvalidStateError")));
  await scorePhoto(picture);
  expect(server.requests).toEqual([]);
  expect(page.trouble.value?.text).toContain("not a picture");
});
