import { defineConfig } from '@playwright/test';
import { look, withMicrophone } from './e2e/support';

/** Browser tests run one after another: they share one server, its agents and its lines. */
export default defineConfig({
  testDir: './e2e',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: './test-results/traces',
  use: {
    ...look,
    actionTimeout: 10_000,
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: withMicrophone },
  },
});
