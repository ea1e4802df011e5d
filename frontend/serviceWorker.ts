/** A Vite plugin that writes the files of the pages that open offline, and a name for the release, into the service worker. */

import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

/** `entries` and `worker` are the sources of the pages and of the service worker, relative to the project. */
export function serviceWorker(entries: readonly string[], worker: string, base: string): Plugin {
  return {
    name: "service-worker",
    enforce: "post", // after Vite has removed the chunks that have nothing but CSS
    generateBundle(_options, bundle) {
      const script = chunkOf(bundle, worker);
      const found = new Set<string>();
      for (const entry of entries) filesOf(bundle, chunkOf(bundle, entry).fileName, found);
      const files = [...found].sort();
      const release = createHash("sha256").update(files.join()).digest("hex").slice(0, 16);
      script.code = script.code
        .replaceAll("__FILES__", JSON.stringify(files.map((file) => base + file)))
        .replaceAll("__RELEASE__", JSON.stringify(release));
    },
  };
}

function chunkOf(bundle: Bundle, source: string): Rolldown.OutputChunk {
  for (const chunk of Object.values(bundle))
    if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith(source)) return chunk;
  throw new Error(`${source} isn't an entry of the build.`);
}

/** The files of a chunk, its CSS, and the chunks that it imports, statically or dynamically. */
function filesOf(bundle: Bundle, name: string, found = new Set<string>()): Set<string> {
  const chunk = bundle[name];
  if (found.has(name) || chunk?.type !== "chunk") return found;
  found.add(name);
  for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
  for (const other of [...chunk.imports, ...chunk.dynamicImports]) filesOf(bundle, other, found);
  return found;
}
