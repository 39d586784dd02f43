import { defineConfig } from 'vite'

/** Bundles the page beside the compiled server, with no inline script or style: its CSP allows none. */
export default defineConfig({
  root: 'src/page',
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
