/** Script and style of the pages that one writes on against their budgets: reads what `vite build` wrote, fails when it is too much. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

/** The chunk's own files and, since the browser loads them at once too, those of its static imports. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const other of chunk.imports ?? []) if (!seen.has(manifest[other].file)) filesOf(other, seen);
  return seen;
}

/** Whether all that `page` loads at first fits into `budget`, both in bytes after gzip. */
function fits(entry, page, budget) {
  let total = 0;
  for (const file of filesOf(entry)) {
    const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
    total += size;
    console.log(`${String(size).padStart(7)} B  ${file}`);
  }
  console.log(`${String(total).padStart(7)} B  of ${budget} for ${page}, gzip`);
  return total <= budget;
}

const first = fits("src/main.tsx", "the first visit", 30_000);
const lesson = fits("src/lesson/main.tsx", "a lesson", 40_000);
if (!first || !lesson) {
  console.error("A page is over its budget.");
  process.exit(1);
}
