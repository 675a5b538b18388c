import { defineConfig } from '@playwright/test';
import { look, withMicrophone } from './e2e/support';

/** Browser tests run one after another: they share one server, its agents and its lines. */
export default defineConfig({
  testDir: './e2e',
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: './test-results/traces', // the Go tests name another for each
  use: {
    ...look,
    actionTimeout: 20_000,
    trace: { mode: 'retain-on-failure', screenshots: false }, // pictures of every moment take the processor from the call
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: withMicrophone },
  },
});
