/** All references of the catalogue, for tests. */

import { readFileSync } from "node:fs";
import type { Reference } from "../api";

/** The file that the server uses too. */
const FILE = `${import.meta.dirname}/../../../ml/references.txt`;

/** The reference of each character. */
export const references: ReadonlyMap<string, Reference> = new Map(
  readFileSync(FILE, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(" ")), { side: 1090, strokes: strokesIn(line) }]),
);

function strokesIn(line: string): Reference["strokes"] {
  return line
    .slice(line.indexOf(" ") + 1)
    .split(";")
    .map((stroke) => stroke.split(" ").map((point) => point.split(",").map(Number) as [number, number]));
}
