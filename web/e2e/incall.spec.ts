import { expect, test } from '@playwright/test';
import { callState, choose, complaints, hangUp, phone, picture, signIn, startWork, violations, writeRecord } from './support';

/** Rules T-13, C-20, and what supervisors may do with the calls of agents. */
test('in the call: a pause of the recording, a complaint, a supervisor who whispers', async ({ page, browser }) => {
  const wrong = complaints(page);
  await startWork(page, 'wangfang');
  await choose(page, '王小明');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);

  await test.step('the recording is paused for a reason, and goes on (Rule T-13)', async () => {
    await page.keyboard.press('Alt+p');
    await expect(page.getByRole('button', { name: '银行卡号' })).toBeVisible();
    await picture(page, 'pause');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: '银行卡号' }).click();
    await expect(phone(page).locator('[data-paused="true"]')).toBeVisible();
    await picture(page, 'pause-on');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Alt+p');
    await expect(phone(page).locator('[data-paused="true"]')).toHaveCount(0);
  });

  await test.step('a complaint is marked, with the calming lines (Rule C-20)', async () => {
    await page.keyboard.press('Alt+j');
    const dialog = page.getByRole('dialog');
    await expect(dialog.locator('.calming')).toContainText('先听完');
    await dialog.getByLabel('投诉内容（简述）').fill('送货太晚');
    await picture(page, 'complaint');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: '标记投诉' }).click();
    await expect(phone(page).locator('[data-complaints="1"]')).toBeVisible();
  });

  await test.step('a supervisor whispers, and the agent sees it', async () => {
    const other = await browser.newContext();
    const boss = await other.newPage();
    await signIn(boss, 'zhaolei');
    await boss.goto('/live');
    await boss.getByRole('button', { name: '耳语: 王芳' }).click();
    await boss.getByRole('dialog').getByLabel('理由').fill('新坐席');
    await picture(boss, 'live-reason');
    expect(await violations(boss)).toEqual([]);
    await boss.getByRole('dialog').getByRole('button', { name: /耳\s*语/ }).click();
    await expect(boss.locator('[data-monitor="whisper"]')).toBeVisible({ timeout: 20_000 });
    await expect(phone(page).locator('[data-monitor="whisper"]')).toContainText('赵磊');
    await picture(boss, 'live');
    await picture(page, 'monitored');
    expect(await violations(boss)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await boss.getByRole('button', { name: /退\s*出$/ }).click();
    await expect(phone(page).locator('[data-monitor]')).toHaveCount(0);
    await other.close();
  });

  await hangUp(page);
  await writeRecord(page, '其他');
  expect(wrong).toEqual([]);
});
