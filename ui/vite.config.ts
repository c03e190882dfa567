import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The window loads the files from disk and `pharmatill serve` from a folder: paths stay relative.
  base: "./",
  plugins: [react()],
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
