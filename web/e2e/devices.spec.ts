import { expect, test } from '@playwright/test';
import { launch, look, phone, picture, refusing, signIn, violations } from './support';

test('a refused microphone is told apart and shows the way out', async () => {
  const browser = await launch(refusing);
  const page = await browser.newPage(look);
  await signIn(page, 'lihua');
  await expect(page.locator('.ant-alert[data-state="denied"]')).toContainText('麦克风权限被拒绝');
  await expect(page.getByRole('button', { name: '进入就绪' })).toBeDisabled();
  await picture(page, 'microphone-refused');
  expect(await violations(page)).toEqual([]);
  await page.goto('/desk');
  await expect(phone(page)).toHaveAttribute('data-link', 'open');
  await browser.close();
});

test('the meter follows the microphone, and both devices can be chosen', async ({ page }) => {
  await signIn(page, 'lihua');
  const meter = page.getByRole('meter');
  await expect.poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: 10_000, intervals: [130] }).toBeGreaterThan(5);
  await expect(page.getByRole('combobox', { name: '麦克风' })).toBeEnabled();
  await expect(page.getByRole('combobox', { name: '扬声器' })).toBeEnabled();
});
