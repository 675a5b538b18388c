import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { callState, choose, complaints, hangUp, launch, look, outDir, picture, rawKeys, signIn, startWork, violations, withMicrophone } from './support';

/** Answers what must be answered: satisfied where it is rated, and otherwise the first choice or the one that is asked for. */
async function interview(page: Page, choice: number): Promise<void> {
  await page.getByRole('tab', { name: /问卷/ }).click();
  const items = page.locator('.questions > ol > li');
  for (let i = 0; i < await items.count(); i++) {
    const item = items.nth(i);
    if (await item.locator('.choice-satisfaction').count()) await item.getByText('满意', { exact: true }).click();
    else if (await item.locator('.needed').count()) {
      const words = item.locator('textarea, input:not([type=radio]):not([type=checkbox])');
      if (await words.count()) await words.first().fill('经理在签约时说的');
      else await item.locator('label').nth(choice).click();
    }
  }
}

async function finish(page: Page): Promise<void> {
  await hangUp(page);
  await page.locator('form.record').getByText('回访完成', { exact: true }).click();
  await page.locator('#record-content').fill('客户说送货时有破损。');
  await page.locator('#record-problems').fill('送货破损');
  await page.locator('#record-handling').fill('上报');
  await page.getByRole('button', { name: '完成小结' }).click();
  await callState(page, 'none');
}

async function as(browser: Browser, login: string, wrong: string[]): Promise<Page> {
  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await signIn(page, login);
  return page;
}

async function opened(page: Page): Promise<Locator> {
  await page.goto('/cases');
  await page.getByRole('row', { name: /送货破损/ }).getByRole('button').click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('region', { name: '办理步骤' })).toBeVisible();
  return drawer;
}

async function sign(drawer: Locator, texts: Record<string, string>): Promise<void> {
  const part = drawer.getByRole('region', { name: /^签字：/ });
  const before = await part.getByRole('heading').textContent();
  for (const [label, text] of Object.entries(texts)) await part.getByLabel(label).fill(text);
  await part.getByRole('button', { name: '签字，进入下一步' }).click();
  await expect(drawer.getByRole('heading', { name: before ?? '', exact: true })).toHaveCount(0);
}

/** Rules C-15, C-18, C-19: from a red flag to the customer's word, each step by the one who may. */
test('a red flag is investigated and comes to an end', async () => {
  test.setTimeout(240_000);
  const browser = await launch(withMicrophone);
  const wrong: string[] = [];
  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await startWork(page, 'lihua');
  await choose(page, '刘洋');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await interview(page, 0);
  await finish(page);

  // The case is there at once, and waits for the superior.
  const boss = await as(browser, 'zhaolei', wrong);
  await expect(async () => {
    await boss.goto('/waiting');
    await expect(boss.getByRole('row', { name: /送货破损/ })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await picture(boss, 'waiting');
  expect(await violations(boss)).toEqual([]);

  // The inspector states the facts; the superior takes note, hears those concerned, and gives the branch's opinion.
  const head = await as(browser, 'chenjing', wrong);
  let drawer = await opened(head);
  await sign(drawer, { 事实: '送货时柜门破损，客户当场提出' });
  drawer = await opened(boss);
  await picture(boss, 'case');
  expect(await violations(boss)).toEqual([]);
  expect(await rawKeys(boss)).toEqual([]);
  await sign(drawer, {});
  await expect(drawer.getByRole('button', { name: '签字，进入下一步' })).toBeDisabled(); // no interview yet
  const paper = join(outDir, '签字页.pdf');
  writeFileSync(paper, '%PDF-1.7\nsigned\n');
  await drawer.locator('input[type=file]').setInputFiles(paper);
  await expect(drawer.getByRole('link', { name: '签字页.pdf' })).toBeVisible();
  const talk = drawer.getByRole('region', { name: '登记访谈' });
  await talk.getByLabel('被访谈人').fill('送货员小周');
  await talk.getByLabel('时间').fill('2026-01-05 10:00');
  await talk.getByLabel('时间').press('Enter');
  await talk.getByLabel('地点').fill('二楼会议室');
  await talk.getByLabel('内容').fill('承认搬运时碰撞');
  await talk.getByLabel('签字人姓名').fill('小周');
  await talk.getByLabel('签字页').click();
  await boss.getByTitle('签字页.pdf', { exact: true }).click();
  await talk.getByRole('button', { name: '登记访谈' }).click();
  await expect(drawer.getByText('承认搬运时碰撞')).toBeVisible();
  await picture(boss, 'case-interview');
  await sign(drawer, {});
  await sign(drawer, { 核查的账户: '当天送货单', 核查方式: '比对签收照片', 核查结果: '签收前已破损', 意见: '送货环节责任' });
  await expect(drawer.getByText('“总部意见”不能由您签字', { exact: false })).toBeVisible();

  drawer = await opened(head);
  await sign(drawer, { 意见: '同意，要求整改' });
  drawer = await opened(boss);
  await sign(drawer, { 措施: '更换柜门，培训送货员' });
  await expect(drawer.getByText('等待复访', { exact: false }).first()).toBeVisible();

  // The customer is called again, and their word closes it.
  await expect(async () => {
    await choose(page, '刘洋');
    await expect(page.getByText('更换柜门', { exact: false }).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await interview(page, 0);
  await finish(page);
  await expect(async () => {
    await boss.goto('/cases?state=closed');
    await expect(boss.getByRole('row', { name: /送货破损/ })).toContainText('已办结', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await boss.goto('/daily-problems');
  await expect(boss.getByRole('row', { name: /送货破损/ }).first()).toBeVisible();
  await picture(boss, 'daily-problems');
  expect(await violations(boss)).toEqual([]);
  await browser.close();
  expect(wrong).toEqual([]);
});
