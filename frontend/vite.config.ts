import { defineConfig } from "vitest/config";
import { serviceWorker } from "./serviceWorker.ts";

const base = "/static/";

export default defineConfig({
  base,
  build: {
    manifest: "manifest.json", // where django_vite looks
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["src/main.tsx", "src/catalogue/main.ts", "src/lesson/main.tsx", "src/worker/sw.ts"],
      output: {
        // WhiteNoise serves root/ at the site's root, as far as the worker's scope reaches.
        entryFileNames: ({ name }) => (name === "sw" ? "root/sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  plugins: [serviceWorker("src/main.tsx", "src/worker/sw.ts", base)],
  test: { environment: "happy-dom" },
});
