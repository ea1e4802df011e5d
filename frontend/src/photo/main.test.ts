import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  attempt,
  fakePictures,
  fakeServer,
  json,
  noConnection,
  openPage,
  type Page,
  server,
} from "../state/testing";

fakeServer();
let page: Page;
let scorePhoto: (file: Blob) => Promise<void>;
const encoded = fakePictures();
const photo = new Blob(["…"], { type: "image/jpeg" });
const sent = () => Object.fromEntries(server.requests.at(-1)?.body as FormData);

beforeEach(async () => {
  page = await openPage();
  ({ scorePhoto } = await import("./main"));
});

afterEach(() => document.body.replaceChildren());

test("a photograph is scaled, sent with what is practised, and its result opens", async () => {
  page.chooseScript("kanji");
  page.practise("永");
  server.answers = [json(201, attempt())];
  await scorePhoto(photo);
  expect(encoded).toEqual(["image/jpeg 2000 × 1500"]);
  expect(sent()).toMatchObject({ target: "永", scripts: "kanji" });
  expect((sent().image as Blob).type).toBe("image/jpeg");
  expect(page.shown.value?.id).toBe("a");
  expect(page.isSending.value).toBe(false);
});

test("in free writing neither a target nor scripts are sent", async () => {
  server.answers = [json(201, attempt())];
  await scorePhoto(photo);
  expect(Object.keys(sent())).toEqual(["image"]);
});

test.each(["image/png", "image/webp"])("a %s may be transparent, so it is sent as a PNG", async (type) => {
  server.answers = [json(201, attempt())];
  await scorePhoto(new Blob(["…"], { type }));
  expect(encoded).toEqual(["image/png 2000 × 1500"]);
});

const cannotOpen = () =>
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error("InvalidStateError")));
const cannotEncode = () =>
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation((take) => take(null));

test.each([
  ["open", cannotOpen],
  ["encode", cannotEncode],
])("a file that the browser can't %s is no picture", async (_, fail) => {
  fail();
  await scorePhoto(photo);
  expect(server.requests).toEqual([]);
  expect(page.trouble.value).toEqual({ text: expect.stringContaining("not a picture") });
  expect(page.isSending.value).toBe(false);
});

const refused = (code: string, positions: number[][] = []) => ({
  code: "invalid",
  detail: "The server's words.",
  errors: [{ pointer: "/image", code, detail: "The server's words.", positions }],
});

test.each([
  [400, refused("nothing_written"), "No handwriting was found"],
  [400, refused("unreadable_image"), "damaged"],
  [413, { detail: "…", code: "too_large" }, "too large"],
  [503, { detail: "…", code: "too_many_images" }, "Many pictures"],
  [400, refused("does_not_exist"), "doesn’t know this character"],
  [400, refused("another_code"), "The server's words."],
])("a refusal with %d is explained in the page's words, else in the server's", async (status, body, text) => {
  server.answers = [json(status, body)];
  await scorePhoto(photo);
  expect(page.trouble.value?.text).toContain(text);
  expect(page.trouble.value?.retry !== undefined).toBe(status === 503);
});

test("without a connection it isn't kept, and a retry sends it with the same key", async () => {
  const keep = vi.fn(async () => true);
  page.installOutbox({ isWaiting: () => false, keep }, null);
  server.answers = [noConnection, json(201, attempt())];
  await scorePhoto(photo);
  expect(page.trouble.value?.text).toContain("can’t be kept for later");
  expect(keep).not.toHaveBeenCalled();
  page.trouble.value?.retry?.();
  await vi.runAllTimersAsync();
  expect(server.requests[0]?.key).toBe(server.requests[1]?.key);
  expect(page.shown.value?.id).toBe("a");
});

test("of several characters the chosen one is cut out and sent under a new key", async () => {
  const positions = [
    [0.1, 0.4, 0.15, 0.2],
    [0.6, 0.4, 0.15, 0.2],
  ];
  server.answers = [json(400, refused("several_characters", positions)), json(201, attempt())];
  await scorePhoto(photo);
  document.querySelectorAll<HTMLButtonElement>(".photo-choice")[1]?.click();
  await vi.runAllTimersAsync();
  expect(encoded).toEqual(["image/jpeg 2000 × 1500", "image/jpeg 420 × 420"]);
  expect(server.requests[0]?.key).not.toBe(server.requests[1]?.key);
  expect(page.shown.value?.id).toBe("a");
  expect(document.querySelector("dialog")).toBeNull();
});

test("a second photograph waits until the first is sent", async () => {
  server.answers = [json(201, attempt())];
  await Promise.all([scorePhoto(photo), scorePhoto(photo)]);
  expect(server.requests).toHaveLength(1);
});
