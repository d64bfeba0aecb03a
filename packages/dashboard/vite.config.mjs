import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Addresses are relative, so that the page works behind a proxy's path; names have hashes, so that they cache for good. */
export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { conditions: ['@tidegate/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // Nothing inline: the content security policy lets in files of this server alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The libraries change less often than the pages do. The one for YAML is read where a plan is written, that for regular
    // expressions where a condition is.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'yaml', test: /node_modules\/yaml\//, priority: 1 },
            { name: 're2js', test: /node_modules\/re2js\//, priority: 1 },
            { name: 'libraries', test: /node_modules/ },
          ],
        },
      },
    },
  },
});
