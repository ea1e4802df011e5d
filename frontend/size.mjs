/** The first visit's script and style against its budget: reads what `vite build` wrote, fails when it is too much. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 30_000;
const dist = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

/** The chunk's own files and, since the browser loads them at once too, those of its static imports. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const other of chunk.imports ?? []) if (!seen.has(manifest[other].file)) filesOf(other, seen);
  return seen;
}

const sizeOf = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

let shared = 0;
for (const file of filesOf("src/main.tsx")) {
  const size = sizeOf(file);
  shared += size;
  console.log(`${String(size).padStart(7)} B  ${file}`);
}
for (const language of ["en", "ja", "fr"]) {
  const total = shared + sizeOf(manifest[`src/words/${language}.ts`].file);
  console.log(`${String(total).padStart(7)} B  of ${BUDGET} for the first visit in ${language}, gzip`);
  if (total > BUDGET) {
    console.error("The first visit is over its budget.");
    process.exitCode = 1;
  }
}
