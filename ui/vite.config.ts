import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Packs scripts and styles once, beside themselves: a manager's browser may be far from the server. */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  async writeBundle({ dir }, bundle) {
    const names = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name));
    await Promise.all(
      names.map(async (name) => {
        const file = join(dir ?? "dist", name);
        await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
      }),
    );
  },
};

export default defineConfig({
  // The window loads the files from disk and `pharmatill serve` from a folder: paths stay relative.
  base: "./",
  plugins: [react(), packed],
  build: {
    target: "es2022",
    // Everything is on this machine, so one file opens sooner than many small ones.
    chunkSizeWarningLimit: 1500,
    sourcemap: false,
  },
  server: { port: 5173, strictPort: true },
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
    environment: "node",
  },
});
