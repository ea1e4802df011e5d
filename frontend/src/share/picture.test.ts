import { beforeEach, expect, test, vi } from "vitest";
import type { Band, Reference } from "../api";
import { strokesOf } from "../marks";
import { drawPicture } from "./picture";
import { COLOURS, MARK, PAPER, REFERENCE } from "./picture.generated";

interface Drawn {
  /** A path's data, or a text. */
  content: string;
  colour: string;
  /** Where its square lies in the picture. */
  x: number;
  y: number;
}

let drawn: Drawn[];

/** Records what is drawn: a canvas doesn't draw in the tests' DOM. */
function fakeCanvas(): HTMLCanvasElement {
  let at = { x: 0, y: 0 };
  const context = {
    fillStyle: "",
    strokeStyle: "",
    save() {},
    restore() {},
    scale() {},
    fillRect() {},
    strokeRect() {},
    setLineDash() {},
    translate(x: number, y: number) {
      at = { x, y };
    },
    stroke(path: { data: string }) {
      drawn.push({ content: path.data, colour: context.strokeStyle, ...at });
    },
    fillText(content: string, x: number, y: number) {
      drawn.push({ content, colour: context.fillStyle, x, y });
    },
  };
  return { getContext: () => context } as unknown as HTMLCanvasElement;
}

const ink = {
  width: 300,
  height: 300,
  strokes: [
    [
      [10, 20, 0],
      [30, 20, 5],
    ],
  ] as const,
};
const reference: Reference = {
  side: 100,
  strokes: [
    [
      [20, 50],
      [80, 50],
    ],
  ],
};

beforeEach(() => {
  drawn = [];
  vi.stubGlobal(
    "Path2D",
    class {
      constructor(readonly data: string) {}
    },
  );
});

const draw = (legibility: number, band: Band, shown: Reference | null = reference) =>
  drawPicture(fakeCanvas(), { ink, legibility, band, reference: shown });
const paths = (colour: string) => drawn.filter((one) => one.colour === colour && one.content.startsWith("M"));

test("the share picture shows the ink on its paper", () => {
  draw(96, "textbook");
  expect(paths(COLOURS.ink)).toEqual([
    { content: "M10 20L30 20", colour: COLOURS.ink, x: PAPER.x, y: PAPER.y },
  ]);
});

test.each([
  [96, "textbook", "flower"],
  [96, "clear", "double"],
  [85, "clear", "double"],
  [70, "readable", "circle"],
  [10, "misread", "triangle"],
] as const)(
  "the share picture of a score of %i in the band %s shows the score and the %s",
  (legibility, band, mark) => {
    draw(legibility, band);
    const strokes = strokesOf(mark).map((content) => ({
      content,
      colour: COLOURS.mark,
      x: MARK.x,
      y: MARK.y,
    }));
    expect(paths(COLOURS.mark)).toEqual(strokes);
    expect(drawn.map(({ content }) => content)).toContain(String(legibility));
  },
);

test("the share picture shows the reference", () => {
  draw(96, "textbook");
  expect(paths(COLOURS.reference)).toEqual([
    { content: "M20 50L80 50", colour: COLOURS.reference, x: REFERENCE.x, y: REFERENCE.y },
  ]);
});

test("the share picture omits a reference that couldn't be fetched", () => {
  draw(96, "textbook", null);
  expect(paths(COLOURS.reference)).toEqual([]);
  expect(paths(COLOURS.ink)).toHaveLength(1);
});

test("ink that is wider than high is centred on the paper", () => {
  drawPicture(fakeCanvas(), {
    ink: { ...ink, height: 150 },
    legibility: 96,
    band: "textbook",
    reference: null,
  });
  expect(paths(COLOURS.ink)[0]).toMatchObject({ x: PAPER.x, y: PAPER.y + PAPER.side / 4 });
});
