/**
 * <letters-ai-pad>: a writing area that other sites embed. It recognises while somebody writes, and stores nothing.
 *
 * It stands alone: no import leads out of this folder, so that the build makes one file of it.
 */
import { type Candidate, type Ink, type Point, type Recognition, Refusal, recognize } from "./recognize.ts";
import { sheet } from "./style.ts";
import { type Words, wordsOf } from "./words.ts";

/** Limits of ink; see ml/ink.py. */
const MOST_STROKES = 64;
const MOST_POINTS = 4096;
/** Milliseconds after a stroke in which another may begin, before the pad asks. */
const REST = 150;
const MOST_CANDIDATES = 10;
const SVG = "http://www.w3.org/2000/svg";

class Pad extends HTMLElement {
  static observedAttributes = ["api", "scripts", "targets", "before", "after", "lang"];

  #paper = document.createElementNS(SVG, "svg");
  #undo = button("button undo", () => this.undo());
  #clear = button("button clear", () => this.clear());
  #candidates = document.createElement("div");
  #status = document.createElement("p");
  #strokes: Point[][] = [];
  #size = { width: 0, height: 0 };
  #startedAt = 0;
  /** The pointer that draws. */
  #pointer: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request = new AbortController();

  constructor() {
    super();
    const tools = document.createElement("div");
    tools.part.value = "tools";
    tools.append(this.#undo, this.#clear);
    this.#paper.setAttribute("part", "paper");
    this.#paper.setAttribute("role", "img");
    this.#candidates.part.value = "candidates";
    this.#candidates.setAttribute("role", "group");
    this.#candidates.lang = "ja";
    this.#candidates.tabIndex = -1;
    this.#status.part.value = "status";
    this.#status.setAttribute("role", "status");
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#paper, tools, this.#candidates, this.#status);
    this.#paper.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#paper.addEventListener("pointermove", (event) => this.#go(event));
    this.#paper.addEventListener("pointerup", (event) => this.#end(event));
    this.#paper.addEventListener("pointercancel", (event) => this.#end(event));
    this.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z") {
        event.preventDefault();
        this.undo();
      }
    });
  }

  connectedCallback() {
    this.#label();
  }

  disconnectedCallback() {
    this.#cancel();
  }

  attributeChangedCallback(name: string) {
    if (!this.isConnected) return;
    if (name === "lang") this.#label();
    else this.#ask();
  }

  /** What has been written; null while nothing is. */
  get ink(): Ink | null {
    return this.#strokes.length ? { ...this.#size, strokes: structuredClone(this.#strokes) } : null;
  }

  /** Remove the last stroke. */
  undo() {
    this.#pointer = undefined;
    this.#strokes.pop();
    this.#paper.lastElementChild?.remove();
    this.#ask();
  }

  /** Remove everything. */
  clear() {
    this.#pointer = undefined;
    this.#strokes = [];
    this.#paper.replaceChildren();
    this.#ask();
  }

  get #words(): Words {
    return wordsOf(this.closest<HTMLElement>("[lang]")?.lang ?? "");
  }

  #label() {
    const words = this.#words;
    this.#paper.setAttribute("aria-label", words.paper);
    this.#undo.textContent = words.undo;
    this.#clear.textContent = words.clear;
    this.#candidates.setAttribute("aria-label", words.candidates);
    this.#enable();
  }

  #enable() {
    this.#undo.disabled = this.#clear.disabled = !this.#strokes.length;
  }

  #begin(event: PointerEvent) {
    if (this.#pointer !== undefined || event.button) return;
    if (this.#strokes.length === MOST_STROKES || this.#points >= MOST_POINTS) {
      this.#status.textContent = this.#words.full;
      return;
    }
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#paper.setPointerCapture(event.pointerId);
    this.#cancel();
    if (!this.#strokes.length) {
      const { width, height } = this.#paper.getBoundingClientRect();
      this.#size = { width, height };
      this.#paper.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.#startedAt = event.timeStamp;
    }
    this.#strokes.push([]);
    this.#paper.append(document.createElementNS(SVG, "path"));
    this.#add([event]);
    this.#enable();
  }

  #go(event: PointerEvent) {
    if (event.pointerId !== this.#pointer) return;
    const points = event.getCoalescedEvents?.() ?? [];
    this.#add(points.length ? points : [event]);
  }

  #end(event: PointerEvent) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = undefined;
    this.#ask();
  }

  get #points(): number {
    return this.#strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** Add points to the last stroke, and draw it. */
  #add(events: PointerEvent[]) {
    const stroke = this.#strokes.at(-1) as Point[];
    const area = this.#paper.getBoundingClientRect();
    for (const event of events.slice(0, MOST_POINTS - this.#points)) {
      stroke.push([
        tenth(((event.clientX - area.left) * this.#size.width) / area.width),
        tenth(((event.clientY - area.top) * this.#size.height) / area.height),
        tenth(event.timeStamp - this.#startedAt),
      ]);
    }
    const [first, ...others] = stroke.map(([x, y]) => `${x} ${y}`);
    this.#paper.lastElementChild?.setAttribute(
      "d",
      `M${first}L${(others.length ? others : [first]).join(" ")}`,
    );
  }

  /** Cancel the question that may be under way. */
  #cancel() {
    clearTimeout(this.#timer);
    this.#request.abort();
  }

  /** Ask once the writer rests for some milliseconds. */
  #ask(rest = REST) {
    this.#cancel();
    this.#enable();
    if (this.#strokes.length) {
      this.#timer = setTimeout(() => this.#recognize(), rest);
    } else {
      this.#status.textContent = "";
      this.#candidates.replaceChildren();
    }
  }

  async #recognize() {
    const ink = this.ink;
    if (!ink) return;
    this.#request = new AbortController();
    const { signal } = this.#request;
    try {
      const question = {
        ink,
        scripts: listed(this.getAttribute("scripts")),
        targets: listed(this.getAttribute("targets")),
        before: [...(this.getAttribute("before") ?? "")].slice(-32).join(""),
        after: [...(this.getAttribute("after") ?? "")].slice(0, 32).join(""),
      };
      const api = new URL(this.getAttribute("api") ?? "/api/v1/", import.meta.url);
      const found = await recognize(api, question, signal);
      if (!signal.aborted) this.#show(found, ink);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #show(found: Recognition, ink: Ink) {
    const characters = found.known ? spread(found.candidates) : [];
    this.#candidates.replaceChildren(
      ...characters.map((character) => {
        const choice = button("candidate", () => this.#choose(character, ink));
        choice.textContent = character;
        return choice;
      }),
    );
    const words = this.#words;
    this.#status.textContent = characters.length ? words.found(characters.slice(0, 3).join(" ")) : words.none;
    this.#fire("letters-ai-candidates", { ...found, ink });
  }

  #choose(character: string, ink: Ink) {
    this.clear();
    this.#candidates.focus(); // the button that had the focus is gone
    this.#fire("letters-ai-choice", { character, ink });
  }

  #fail(error: unknown) {
    const { code, wait } = error instanceof Refusal ? error : new Refusal(String(error), 0);
    this.#status.textContent = wait ? this.#words.busy : this.#words.failed;
    if (wait) this.#timer = setTimeout(() => this.#recognize(), wait * 1000);
    this.#fire("letters-ai-error", { code });
  }

  #fire(name: string, detail: object) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

function button(part: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.part.value = part;
  made.addEventListener("click", act);
  return made;
}

const tenth = (number: number) => Math.round(number * 10) / 10;

/** The names in an attribute, separated by commas or spaces. */
const listed = (text: string | null) => (text ?? "").split(/[\s,]+/).filter(Boolean);

/** Each candidate, followed by the characters that look like it. */
function spread(candidates: Candidate[]): string[] {
  return candidates
    .flatMap(({ character, lookalikes }) => [character, ...lookalikes])
    .slice(0, MOST_CANDIDATES);
}

if (!customElements.get("letters-ai-pad")) customElements.define("letters-ai-pad", Pad);
