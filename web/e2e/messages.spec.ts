import { expect, test, type Page } from '@playwright/test';
import { callState, choose, complaints, hangUp, launch, look, overflow, picture, rawKeys, signIn, startWork, violations, withMicrophone } from './support';

async function looksGood(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect(await violations(page)).toEqual([]);
  expect(await rawKeys(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

/** Rules T-04, C-14, C-26: the third missed call, the message that is offered then, its receipt; and who does not want calls at all. */
test('a customer who cannot be reached, and one who does not want calls, are written to', async () => {
  test.setTimeout(240_000);
  const browser = await launch(withMicrophone);
  const wrong: string[] = [];
  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await startWork(page, 'lihua');
  await choose(page, '杨柳');
  await expect(page.locator('[data-offer]')).toHaveCount(0);
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await hangUp(page);
  const form = page.locator('form.record');
  await form.getByText('语音助手', { exact: true }).click();
  await form.locator('#record-content').fill('语音助手接听，未联系上本人。');
  await form.locator('#record-problems').fill('无');
  await form.locator('#record-handling').fill('无');
  await form.getByRole('button', { name: '完成小结' }).click();
  await callState(page, 'none');

  await choose(page, '杨柳');
  const offer = page.locator('[data-offer="missed_calls"]');
  await expect(offer).toBeVisible();
  await looksGood(page, 'message-offered');
  await offer.getByRole('button', { name: '发短信' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('.message-preview')).toContainText('我们几次致电回访均未能接通');
  await expect(dialog).toContainText('1 条短信');
  await looksGood(page, 'message-preview');
  await dialog.getByRole('button', { name: /^发\s*送$/ }).click();
  await expect(offer).toHaveCount(0);
  await page.getByRole('tab', { name: '消息' }).click();
  await expect(page.locator('[data-message="missed_calls"]')).toHaveAttribute('data-state', 'delivered', { timeout: 20_000 });
  await looksGood(page, 'message-delivered');

  // Rule C-14: the message takes the place of the call, and its receipt closes the task.
  await choose(page, '褚强');
  const notice = page.locator('[data-offer="notice"]');
  await notice.getByRole('button', { name: '发短信' }).click();
  await expect(page.getByRole('dialog')).toContainText('送达后任务按其他方式办结');
  await page.getByRole('dialog').getByRole('button', { name: /^发\s*送$/ }).click();
  await expect(page.locator('section.card')).toHaveAttribute('data-state', 'other_channel', { timeout: 20_000 });
  await picture(page, 'message-closed-task');

  // The log, with the proof.
  const boss = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(boss));
  await signIn(boss, 'zhaolei');
  await boss.goto('/messages');
  const row = boss.getByRole('row', { name: /杨柳/ });
  await expect(row).toContainText('已送达');
  await looksGood(boss, 'messages');
  await row.getByRole('button').click();
  const drawer = boss.getByRole('dialog');
  await expect(drawer.locator('[data-step="delivered"] code')).toHaveText(/^[0-9a-f]{64}$/);
  await looksGood(boss, 'message-proof');
  await boss.goto('/messages?state=failed');
  await expect(boss.getByText('没有符合条件的消息。')).toBeVisible();
  await browser.close();
  expect(wrong).toEqual([]);
});

/** A change of a template is a new version, with its sample and length beside it. */
test('an administrator words a template', async ({ browser }) => {
  const wrong: string[] = [];
  for (const language of ['zh-CN', 'en']) {
    const context = await browser.newContext(look);
    await context.addInitScript((l) => localStorage.setItem('huifang.language', l), language);
    const page = await context.newPage();
    wrong.push(...complaints(page));
    await signIn(page, 'admin');
    await page.goto('/message-templates');
    await expect(page.locator('tbody tr.ant-table-row')).toHaveCount(28);
    await looksGood(page, `templates-${language}`);
    await page.goto('/messages');
    await expect(page.locator('h1')).toBeVisible();
    await looksGood(page, `messages-${language}`);
    if (language === 'zh-CN') {
      await page.goto('/message-templates');
      await page.getByRole('button', { name: '修改 生日祝福 短信 普通话' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('内容').fill('{customer}，{comapny}祝您生日快乐！');
      await expect(drawer.getByRole('alert')).toContainText('{comapny}');
      await drawer.getByLabel('内容').fill('{customer}，{company}祝您生日快乐！退订回TD');
      await expect(drawer.locator('[data-segments]')).toHaveAttribute('data-segments', '1');
      await looksGood(page, 'template-edit');
      await drawer.getByRole('button', { name: '存为新版本' }).click();
      await expect(page.getByText('已存为第 2 版')).toBeVisible();
      await expect(page.getByRole('dialog').locator('.message-list li')).toHaveCount(2);
    }
    await context.close();
  }
  expect(wrong).toEqual([]);
});
