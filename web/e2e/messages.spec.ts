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

/** Rules C-11, C-26, C-01: on a telephone's screen a visit is written up and signed; it closes the task and stands in the history. */
test('a visit is written up and signed on a small screen', async ({ browser }) => {
  const wrong: string[] = [];
  const context = await browser.newContext({ ...look, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  wrong.push(...complaints(page));
  const desk = await (await browser.newContext(look)).newPage();
  await signIn(desk, 'zhaolei');
  await desk.goto('/tasks?q=蒋敏');
  const id = await desk.evaluate(async () => ((await (await fetch('/api/v1/tasks?scope=all&q=' + encodeURIComponent('蒋敏'))).json()) as { tasks: Array<{ id: string }> }).tasks[0]?.id ?? '');
  expect(id).not.toBe('');
  await desk.goto(`/desk/${id}`);
  await desk.getByRole('tab', { name: '上门' }).click();
  await looksGood(desk, 'visit-tab');

  await signIn(page, 'lihua');
  await page.goto(`/visit/${id}`);
  const form = page.getByRole('form', { name: '上门回访' });
  await form.getByLabel('地点').fill('建国路 8 号，三楼会议室');
  await form.getByLabel('会见人').fill('王主任');
  await form.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByText('草稿已保存')).toBeVisible();
  await expect(form.getByRole('button', { name: '添加附件' })).toBeVisible();
  await form.getByRole('button', { name: /完成并办结任务/ }).click();
  await expect(form.locator('.field-error').first()).toBeVisible();
  await looksGood(page, 'visit-needed');
  for (const item of await form.locator('.visit-questions > li').all()) {
    const choice = item.locator('label').first();
    if (await choice.count()) await choice.click();
    else await item.locator('input, textarea').first().fill('无');
  }
  await form.getByLabel('内容').fill('现场查看衣柜安装，客户满意。');
  await form.getByLabel('发现的问题').fill('无');
  await form.getByLabel('处理情况').fill('无');
  // The customer signs, with a finger.
  const field = form.locator('canvas');
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  if (!box) throw new Error('no field to sign in');
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  for (const line of [[[0.1, 0.6], [0.25, 0.2], [0.4, 0.7]], [[0.5, 0.3], [0.6, 0.7], [0.8, 0.3]]]) {
    await page.mouse.move(...at(line[0]?.[0] ?? 0, line[0]?.[1] ?? 0));
    await page.mouse.down();
    for (const [x, y] of line.slice(1)) await page.mouse.move(...at(x ?? 0, y ?? 0), { steps: 6 });
    await page.mouse.up();
  }
  await expect(field).toHaveAttribute('data-strokes', '2');
  await form.getByLabel('签名人').fill('王建国');
  await looksGood(page, 'visit-signed');
  await form.getByRole('button', { name: /完成并办结任务/ }).click();
  const facts = page.locator('[data-visit="final"]');
  await expect(facts).toContainText(/V\d{4}-\d\d-\d{6}/);
  await expect.poll(() => facts.locator('img').evaluate((i) => (i as HTMLImageElement).naturalWidth)).toBe(600);
  await looksGood(page, 'visit-final');
  await desk.goto(`/desk/${id}`);
  await expect(desk.locator('section.card')).toHaveAttribute('data-state', 'done');
  await expect(desk.locator('[data-contact="visit"]')).toContainText('王主任');
  await picture(desk, 'visit-history');
  expect(wrong).toEqual([]);
  await context.close();
});
