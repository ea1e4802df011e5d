/** Script and style of the pages that one writes on against their budgets: reads what `vite build` wrote, fails when it is too much. */
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const dist = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

/** The chunk's own files and, since the browser loads them at once too, those of its static imports. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const other of chunk.imports ?? []) if (!seen.has(manifest[other].file)) filesOf(other, seen);
  return seen;
}

/** What `entry` loads at first, in bytes as browsers get it. */
function weigh(entry) {
  let total = 0;
  for (const file of filesOf(entry)) {
    const size = sizeOf(file);
    total += size;
    console.log(`${String(size).padStart(7)} B  ${file}`);
  }
  return total;
}

const sizeOf = (file) => brotliCompressSync(readFileSync(new URL(file, dist))).length;

for (const [entry, page, budget, words] of [
  ["src/writing/main.tsx", "the first visit", 30_000, ["src/words"]],
  ["src/lesson/main.tsx", "a lesson", 40_000, ["src/words", "src/lesson/words"]],
]) {
  const shared = weigh(entry);
  for (const language of ["en", "ja", "fr"]) {
    const spoken = words.map((folder) => sizeOf(manifest[`${folder}/${language}.ts`].file));
    const total = spoken.reduce((sum, size) => sum + size, shared);
    console.log(`${String(total).padStart(7)} B  of ${budget} for ${page} in ${language}, Brotli`);
    if (total > budget) {
      console.error("A page is over its budget.");
      process.exitCode = 1;
    }
  }
}
