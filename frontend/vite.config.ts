import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/",
  build: {
    manifest: "manifest.json", // where django_vite looks
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["src/main.tsx", "src/catalogue/main.ts", "src/lesson/main.tsx"],
    },
  },
  test: { environment: "happy-dom" },
});
