import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the server; the page itself only knows its own origin. */
const server = process.env.HUIFANG_SERVER ?? 'http://127.0.0.1:8080';

/** Vendor packages by their chunk, so that a change of ours leaves them cached. */
const vendors: ReadonlyArray<readonly [string, RegExp]> = [
  ['antd', /node_modules\/(antd|@ant-design|@rc-component|rc-[^/]+|dayjs)\//],
  ['react', /node_modules\/(react|react-dom|react-router|scheduler|@tanstack)\//],
  ['i18n', /node_modules\/(i18next|react-i18next)\//],
  ['wave', /node_modules\/wavesurfer\.js\//],
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: { codeSplitting: { groups: vendors.map(([name, test]) => ({ name, test })) } },
    },
  },
  server: {
    proxy: { '/api': { target: server, ws: true, changeOrigin: true } },
  },
});
