import { expect, test, type Page } from '@playwright/test';
import { callState, choose, complaints, hangUp, overflow, phone, picture, rawKeys, rawMicrophone, report, startWork, violations, writeRecord } from './support';

const ringing = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('[data-offer="inbound"]') });

async function fine(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect(await violations(page), name).toEqual([]);
  expect(await rawKeys(page), name).toEqual([]);
  expect(await overflow(page), name).toBe(0);
}

/** A customer whom we called calls back, twice: declined, then taken. Rules C-01, C-15. The second time the page is English. */
test('a customer calls back @inbound', async ({ page }) => {
  test.setTimeout(180_000);
  const wrong = complaints(page);
  await rawMicrophone(page);
  await startWork(page, 'wangfang');
  await choose(page, '杨帆');
  await page.keyboard.press('Alt+d');
  await callState(page, 'wrapup', 40_000);
  await writeRecord(page, '未联系上');

  await test.step('the page rings and says who, why, and when we called', async () => {
    report('inbound-1.json', {});
    await expect(ringing(page)).toContainText('杨帆', { timeout: 60_000 });
    await expect(ringing(page)).toContainText('客户来电');
    await expect(ringing(page)).toContainText('占线 busy');
    await expect(ringing(page)).toContainText('王芳');
    await expect(ringing(page).getByRole('button', { name: '接听' })).toBeFocused();
    await fine(page, 'inbound-zh');
    await page.keyboard.press('Alt+x');
    await expect(ringing(page)).toHaveCount(0);
    await expect(phone(page)).toHaveAttribute('data-agent-state', 'ready');
  });

  await page.evaluate(() => localStorage.setItem('huifang.language', 'en'));
  await page.reload();
  await expect(phone(page)).toHaveAttribute('data-peer', 'connected');

  await test.step('answered: the desk has the customer’s task', async () => {
    report('inbound-2.json', {});
    await expect(ringing(page)).toContainText('A customer calls', { timeout: 60_000 });
    await fine(page, 'inbound-en');
    await page.keyboard.press('Alt+g');
    await callState(page, 'talking');
    await expect(page.locator('.card-name')).toContainText('杨帆');
    await expect(page.locator('form.record')).toBeVisible();
    report('inbound-talking.json', { call_id: await phone(page).getAttribute('data-call-id') });
    await fine(page, 'inbound-talking');
  });

  await test.step('the record is written as after any call', async () => {
    await expect.poll(async () => (await phone(page).getByRole('timer').innerText()).split(':').reduce((sum, part) => 60 * sum + Number(part), 0), { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
    await hangUp(page);
    await writeRecord(page, 'Other');
  });
  expect(wrong).toEqual([]);
});
