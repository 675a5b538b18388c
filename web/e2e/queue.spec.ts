import { expect, test } from '@playwright/test';
import { callState, complaints, hangUp, launch, look, passes, phone, picture, rawKeys, startWork, violations, withMicrophone, writeRecord } from './support';

/** The queue gives a customer at a key, and after the record the next card opens by itself; nothing is dialled without a click. Rules T-10, C-01. */
test('the next customer comes by a key, and then by itself', async () => {
  test.setTimeout(180_000);
  const browser = await launch(withMicrophone);
  const page = await (await browser.newContext(look)).newPage();
  const wrong = complaints(page);
  await startWork(page, 'lihua');
  await page.keyboard.press('Alt+q');
  const held = page.locator('.queue-held');
  await expect(held).toHaveAttribute('data-class', /complaint|appointment|deadline|retry|rest/);
  const first = (await held.getAttribute('data-task-id')) ?? '';
  await expect(page.locator('section.card')).toHaveAttribute('data-task-id', first);
  await page.keyboard.press('Alt+q'); // the same one, until it is called or skipped
  await expect(held).toHaveAttribute('data-task-id', first);
  await page.getByRole('switch', { name: '自动打开下一位' }).click();
  await expect(page.getByRole('switch', { name: '自动打开下一位' })).toBeChecked();
  await picture(page, 'queue-held');
  expect(await violations(page)).toEqual([]);
  expect(await rawKeys(page)).toEqual([]);

  // Skipped with a reason, another one comes.
  await held.getByRole('button', { name: '跳过' }).click();
  await page.getByRole('dialog').getByLabel('原因').fill('客户在开会');
  await picture(page, 'queue-skip');
  await page.getByRole('dialog').getByRole('button', { name: '跳过' }).click();
  await page.keyboard.press('Alt+q');
  await expect(held).not.toHaveAttribute('data-task-id', first);
  const second = (await held.getAttribute('data-task-id')) ?? '';
  await expect(page.locator('section.card')).toHaveAttribute('data-task-id', second);
  await page.keyboard.press('Alt+d');
  await callState(page, /talking|wrapup/, 60_000);
  if ((await phone(page).getAttribute('data-call-state')) === 'talking') await hangUp(page);
  await writeRecord(page, '其他');
  await expect(held).toHaveAttribute('data-task-id', /.+/);
  await expect.poll(() => held.getAttribute('data-task-id')).not.toBe(second);
  await expect(page.locator('section.card')).toHaveAttribute('data-task-id', (await held.getAttribute('data-task-id')) ?? '');
  await passes(2_000);
  await callState(page, 'none'); // the card is open, and nobody is dialled
  await picture(page, 'queue-progressive');
  await browser.close();
  expect(wrong).toEqual([]);
});
