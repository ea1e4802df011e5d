import { defineConfig } from "vitest/config";
import { serviceWorker } from "./serviceWorker.ts";

const base = "/static/";

export default defineConfig({
  base,
  build: {
    manifest: "manifest.json", // where django_vite looks
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        "src/main.tsx",
        "src/catalogue/main.ts",
        "src/docs/main.ts",
        "src/lesson/main.tsx",
        "src/worker/sw.ts",
      ],
      output: {
        // WhiteNoise serves root/ at the site's root, as far as the worker's scope reaches.
        // What pages share comes in three files, not in ten: over HTTP/1.1 a browser has six connections.
        // Style that is shared goes along, so that it stands before each page's own.
        codeSplitting: {
          groups: [
            { name: "preact", test: /node_modules\/@?preact/ },
            // All pages with a paper.
            {
              name: "paper",
              test: /\/src\/((api|curve|draw|ink|language|pen|scripts|storage|thumbnail|words|zone)\.ts|base\.css)/,
              minShareCount: 2,
            },
            // Those that one writes on for a score.
            {
              name: "writing",
              test: /\/src\/((components\/\w+|desk|keys|marks|sound|state|writer)\.tsx?|app\.css)/,
              minShareCount: 2,
            },
          ],
        },
        entryFileNames: ({ name }) => (name === "sw" ? "root/sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  plugins: [serviceWorker("src/main.tsx", "src/worker/sw.ts", base)],
  test: { environment: "happy-dom" },
});
