import { defineConfig } from "vitest/config";
import { serviceWorker } from "./serviceWorker.ts";

const base = "/static/";

export default defineConfig({
  base,
  build: {
    manifest: "manifest.json", // where django_vite looks
    modulePreload: false,
    rolldownOptions: {
      input: [
        "src/writing/main.tsx",
        "src/pages/main.ts",
        "src/pages/apiDocs.ts",
        "src/lesson/main.tsx",
        "src/lines/main.tsx",
        "src/worker/sw.ts",
        "src/pad/pad.ts",
      ],
      output: {
        // Pages share three chunks, not ten: over HTTP/1.1 a browser opens six connections.
        // Shared CSS goes into them too, so that it is loaded before a page's own.
        codeSplitting: {
          groups: [
            { name: "preact", test: /node_modules\/@?preact/ },
            // Every page with a writing area.
            {
              name: "paper",
              test: /\/src\/(ink\/(?!reference|erase|lively)\w+\.ts|(api|language|limits\.generated|scripts|spelling|storage|timeZone|undo|words)\.ts|base\.css)/,
              minShareCount: 2,
            },
            // The writing page and lessons, but for the texts of results, for which the first ink would wait.
            {
              name: "writing",
              test: /\/src\/((components(?!\/([Jj]udgement|Notes|Reasons|Reference|Remarks|StrokesFigure))|sound|state(?!\/(readings|references))|writing(?!\/words))\/\w+\.(tsx?|css)|(marks|marks\.generated|settings|writer)\.ts)/,
              minShareCount: 2,
            },
            // The strokes of a character, which the writing page draws on demand.
            {
              name: "reference",
              test: /\/src\/(components\/Reference|ink\/reference|state\/reference)/,
              minShareCount: 2,
            },
            // Results, which the writing page loads once the writer has begun.
            {
              name: "judgement",
              test: /\/src\/(components\/([Jj]udgement|Notes|Reasons|Remarks|StrokesFigure)|state\/readings)/,
              minShareCount: 2,
            },
          ],
        },
        // WhiteNoise serves root/ at the site's root, so that the service worker's scope is the whole site.
        // Other sites embed the pad, so that its address stays the same.
        entryFileNames: ({ name }) =>
          ({ sw: "root/sw.js", pad: "pad.js" })[name] ?? "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [
    serviceWorker(
      ["src/writing/main.tsx", "src/lines/main.tsx", "src/pages/main.ts"],
      "src/worker/sw.ts",
      base,
    ),
  ],
  // Each file has an environment of its own in any pool; in this one it takes half of the processor time.
  test: { environment: "happy-dom", pool: "vmThreads" },
});
