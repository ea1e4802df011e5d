import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/",
  build: {
    manifest: "manifest.json", // where django_vite looks
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["src/main.tsx", "src/catalogue/main.ts", "src/lesson/main.tsx"],
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          // What the writing page is made of stays together: a lesson takes all of it, and the first visit one file less.
          groups: [
            {
              name: "paper",
              test: /preload-helper|preact|src\/(keys|state|storage|scripts|thumbnail)|components\/(?!\w+Picture)/,
            },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom" },
});
