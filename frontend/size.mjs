/** Compares the script and CSS of the writing page and of a lesson with their budgets. Reads what `vite build` wrote. */
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const dist = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

/** The chunk's files and those of its static imports, which the browser loads with it. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const other of chunk.imports ?? []) if (!seen.has(manifest[other].file)) filesOf(other, seen);
  return seen;
}

/** Bytes that `entry` loads at once, compressed with Brotli. */
function sizeOfEntry(entry) {
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
  ["src/writing/main.tsx", "The first visit", 30_000, ["src/words"]],
  ["src/lesson/main.tsx", "A lesson", 40_000, ["src/words", "src/lesson/words"]],
]) {
  const shared = sizeOfEntry(entry);
  for (const language of ["en", "ja", "fr"]) {
    const ofWords = words.map((folder) => sizeOf(manifest[`${folder}/${language}.ts`].file));
    const total = ofWords.reduce((sum, size) => sum + size, shared);
    console.log(`${String(total).padStart(7)} B  of ${budget}: ${page} in ${language}, Brotli`);
    if (total > budget) {
      console.error(`${page} in ${language} is over its budget.`);
      process.exitCode = 1;
    }
  }
}
