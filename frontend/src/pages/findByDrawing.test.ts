import { beforeEach, expect, test, vi } from "vitest";
import { attempt, fakeServer, json, noConnection, noContent, server } from "../state/testing";
import { findByDrawing } from "./findByDrawing";

const listen = vi.hoisted(() => vi.fn());
vi.mock("../ink/pen", () => ({ listenToPen: listen }));

fakeServer();

beforeEach(() => {
  document.body.innerHTML = `<button class="draw-open"></button><dialog class="draw"><canvas></canvas>
    <p class="draw-note"></p><ul class="draw-found"></ul><p class="draw-more"></p>
    <button data-do="undo"></button><button data-do="clear"></button><button data-do="find"></button></dialog>`;
  const part = <T extends Element>(selector: string) => document.querySelector(selector) as T;
  findByDrawing(part("dialog"), part("button"));
});

const find = async () => {
  document.querySelector<HTMLButtonElement>('[data-do="find"]')?.click();
  await vi.advanceTimersByTimeAsync(0);
};
const keys = () => server.requests.filter(({ method }) => method === "POST").map(({ key }) => key);

test("ink is sent with the same key until an answer comes, and what was read is deleted", async () => {
  listen.mock.lastCall?.[1].down({ x: 0.5, y: 0.5, at: 0 }, { width: 300, height: 300 });
  server.answers = [noConnection];
  await find();
  server.answers = [json(201, attempt()), noContent];
  await find();
  expect(server.requests.at(-1)).toMatchObject({ method: "DELETE", url: "/api/v1/attempts/a/" });
  server.answers = [json(201, attempt()), noContent];
  await find();
  const [first, second, third] = keys();
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});
