/**
 * Judges strokes against a character's reference while it is being written, leniently: a stroke that is far off gets a
 * hint, and the score is left to the server. A match is the conjunction of named tests, as in hanzi-writer.
 */

/** A stroke's points, in fractions of the square. */
export type Line = readonly (readonly [x: number, y: number])[];

/** Number of points at which two strokes are compared. */
const POINTS = 12;
/** Largest distance of a stroke's beginning or end from the reference's; higher is more lenient. */
const END_DISTANCE = 0.27;
/** Largest mean distance of corresponding points; higher is more lenient. */
const MEAN_DISTANCE = 0.2;
/** Smallest mean cosine of the angle between corresponding steps; lower is more lenient. */
const DIRECTION = 0.25;
/** Smallest ratio of the shorter length to the longer; lower is more lenient. */
const LENGTH_RATIO = 0.35;
/** Added to lengths before they are compared; higher is more lenient to dots. */
const DOT = 0.08;
/** Length of a reference's stroke below which its direction isn't judged; higher is more lenient. */
const SHORT = 0.15;

/** How far a character has been written. */
export interface Progress {
  /** Index of the first stroke of the reference that isn't written yet; null once all are. */
  next: number | null;
  /** Indexes of the written strokes that match none of the reference's. */
  missed: number[];
}

/**
 * Assign each written stroke to one of the reference's: to the next one if it matches that, else to the nearest unwritten
 * one that it matches. Strokes may so be written in another order, which the score judges.
 */
export function follow(written: readonly Line[], reference: readonly Line[]): Progress {
  const theirs = reference.map(sampled);
  const left = new Set(theirs.keys());
  const next = (): number | null => left.values().next().value ?? null;
  const missed: number[] = [];
  written.forEach((line, index) => {
    const ours = sampled(line);
    const found = [...left].filter((stroke) => matches(ours, theirs[stroke] as Line));
    const nearest = found.toSorted(
      (a, b) => meanDistance(ours, theirs[a] as Line) - meanDistance(ours, theirs[b] as Line),
    )[0];
    const first = next();
    const chosen = first !== null && found.includes(first) ? first : nearest;
    if (chosen !== undefined) left.delete(chosen);
    else if (first !== null) missed.push(index);
  });
  return { next: next(), missed };
}

/** Whether two strokes of `POINTS` points look alike. */
function matches(ours: Line, theirs: Line): boolean {
  return (
    distance(first(ours), first(theirs)) <= END_DISTANCE &&
    distance(last(ours), last(theirs)) <= END_DISTANCE &&
    meanDistance(ours, theirs) <= MEAN_DISTANCE &&
    (lengthOf(theirs) < SHORT || meanCosine(ours, theirs) >= DIRECTION) &&
    isAboutAsLong(lengthOf(ours) + DOT, lengthOf(theirs) + DOT)
  );
}

const isAboutAsLong = (a: number, b: number): boolean => Math.min(a, b) / Math.max(a, b) >= LENGTH_RATIO;

function meanDistance(ours: Line, theirs: Line): number {
  return mean(ours.map((point, i) => distance(point, theirs[i] as Line[number])));
}

/** 1 if all steps go the same way, -1 if they go the opposite way. A step without length counts as 0. */
function meanCosine(ours: Line, theirs: Line): number {
  const [a, b] = [steps(ours), steps(theirs)];
  return mean(
    a.map(([x, y], i) => {
      const [u, v] = b[i] as Line[number];
      const lengths = Math.hypot(x, y) * Math.hypot(u, v);
      return lengths ? (x * u + y * v) / lengths : 0;
    }),
  );
}

/** `POINTS` points at equal distances along the line. */
function sampled(line: Line): Line {
  const total = lengthOf(line);
  const points: (readonly [number, number])[] = [first(line)];
  let done = 0;
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1] as Line[number], line[i] as Line[number]];
    const length = distance(from, to);
    while (
      length > 0 &&
      points.length < POINTS &&
      done + length >= (total * points.length) / (POINTS - 1) - 1e-9
    ) {
      const along = ((total * points.length) / (POINTS - 1) - done) / length;
      points.push([from[0] + (to[0] - from[0]) * along, from[1] + (to[1] - from[1]) * along]);
    }
    done += length;
  }
  while (points.length < POINTS) points.push(last(line));
  return points;
}

const steps = (line: Line): Line =>
  line.slice(1).map(([x, y], i) => {
    const [fromX, fromY] = line[i] as Line[number];
    return [x - fromX, y - fromY];
  });
const lengthOf = (line: Line): number => steps(line).reduce((sum, [x, y]) => sum + Math.hypot(x, y), 0);
const first = (line: Line): Line[number] => line[0] ?? [0, 0];
const last = (line: Line): Line[number] => line.at(-1) ?? [0, 0];
const distance = (a: Line[number], b: Line[number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
