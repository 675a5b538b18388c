import { expect, test, type Browser, type Page } from '@playwright/test';
import { callState, complaints, hangUp, launch, look, overflow, picture, rawKeys, signIn, startWork, violations, withMicrophone, writeRecord } from './support';

const title = '年末关怀回访';

async function person(browser: Browser, login: string, wrong: string[], language = 'zh-CN'): Promise<Page> {
  const context = await browser.newContext(look);
  await context.addInitScript((l) => localStorage.setItem('huifang.language', l), language);
  const page = await context.newPage();
  wrong.push(...complaints(page));
  await signIn(page, login);
  return page;
}

/** A page as it is shown: accessible, with all its texts, within the window. */
async function seen(page: Page, name: string): Promise<void> {
  await expect(page.locator('.ant-skeleton')).toHaveCount(0);
  await picture(page, name);
  expect(await violations(page)).toEqual([]);
  expect(await rawKeys(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

async function pick(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: option }).first().click();
}

async function days(page: Page): Promise<void> {
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });
  const range = page.getByRole('dialog').locator('.ant-picker-range input');
  await range.first().fill(day(0));
  await range.first().press('Enter');
  await range.last().fill(day(20));
  await range.last().press('Enter');
}

/** Rules C-02, C-12, C-15, Q-03: a plan is drafted, approved by somebody else, filed, rehearsed, and its customers are called. */
test('a plan comes from its draft to the customer', async () => {
  test.setTimeout(240_000);
  const browser = await launch(withMicrophone);
  const wrong: string[] = [];
  const branch = await person(browser, 'zhaolei', wrong);
  await branch.goto('/plans');
  await branch.getByRole('button', { name: '新建计划' }).click();
  const drawer = branch.getByRole('dialog');
  await drawer.getByLabel('名称').fill(title);
  await pick(branch, '项目', '演示（全天可拨）');
  await drawer.getByLabel('目的').fill('了解使用情况');
  await days(branch);
  await pick(branch, '执行人', '李华');
  await branch.keyboard.press('Escape');
  await seen(branch, 'plan-draft');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(branch.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(branch.getByRole('button', { name: '提交审批' })).toBeDisabled();

  // Random with a seed: shown twice it is the same sample. Rule C-12.
  await branch.getByRole('button', { name: '选定客户' }).click();
  await drawer.getByLabel('抽取人数').fill('5');
  await drawer.getByLabel('随机种子').fill('20261130');
  const sample = async () => {
    await drawer.getByRole('button', { name: /预\s*览/ }).click();
    await expect(drawer.locator('.plan-seen tbody tr.ant-table-row')).toHaveCount(5);
    return drawer.locator('.plan-seen tbody tr.ant-table-row').allInnerTexts();
  };
  const first = await sample();
  await seen(branch, 'plan-random');
  expect(await sample()).toEqual(first);
  // By name: one who can be called, one of the agent's own, one who does not want calls.
  await drawer.getByText('按名单', { exact: true }).click();
  await drawer.getByLabel('客户编号，每行一个').fill('SIM-now-2\nS-own\nS-dnc');
  await drawer.getByText('也选已有同项目未结任务', { exact: false }).click();
  await drawer.getByRole('button', { name: /预\s*览/ }).click();
  await expect(drawer.getByRole('row', { name: /卫国/ })).toContainText('执行人均须回避');
  await expect(drawer.getByRole('row', { name: /褚强/ })).toContainText('客户免打扰');
  await seen(branch, 'plan-chosen');
  await drawer.getByRole('button', { name: /采\s*用/ }).click();
  await expect(drawer).toHaveCount(0);
  await branch.getByRole('button', { name: '提交审批' }).click();
  await expect(branch.getByText('等待总部审批。')).toBeVisible();
  await seen(branch, 'plan-submitted');
  const path = new URL(branch.url()).pathname;

  // Head office is somebody else: it returns the plan, then approves and files it. Rule C-02.
  const head = await person(browser, 'zhouqi', wrong);
  await head.goto(path);
  await head.getByLabel('总部意见').fill('目标写到九成');
  await head.getByRole('button', { name: /退\s*回/ }).click();
  await expect(head.getByText('目标写到九成').first()).toBeVisible();
  await branch.reload();
  await branch.getByRole('button', { name: /^修\s*改$/ }).click();
  await drawer.getByLabel('目标完成率').fill('90');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer).toHaveCount(0);
  await branch.getByRole('button', { name: '提交审批' }).click();
  await expect(branch.getByText('等待总部审批。')).toBeVisible();
  await head.reload();
  await head.getByLabel('总部意见').fill('同意');
  await seen(head, 'plan-decide');
  await head.getByRole('button', { name: /批\s*准/ }).click();
  await head.getByRole('button', { name: '备案编号' }).click();
  await expect(head.getByRole('heading', { level: 1 })).toHaveText(/^P\d{4}-\d\d-\d{6} 年末关怀回访$/);

  // Rehearsed, and signed by somebody else. Rule Q-03.
  await branch.reload();
  await expect(branch.getByRole('button', { name: '开始执行' })).toBeDisabled();
  await branch.getByLabel('发现').fill('开场白顺畅，第二题改口语');
  await branch.getByText('可以开始执行', { exact: true }).click();
  await seen(branch, 'plan-rehearse');
  await branch.getByRole('button', { name: '记录', exact: true }).or(branch.getByRole('button', { name: '记 录', exact: true })).click();
  await expect(branch.getByText('未签字', { exact: false })).toBeVisible();
  await head.reload();
  await head.getByRole('button', { name: '签字确认' }).click();
  await expect(head.getByText('签字 周琪', { exact: false }).first()).toBeVisible();
  await branch.reload();
  await branch.getByRole('button', { name: '开始执行' }).click();
  await expect(branch.getByRole('row', { name: /刘洋/ })).toContainText('李华');
  await branch.getByText('无法联系', { exact: true }).click();
  await expect(branch.getByRole('row', { name: /刘洋/ })).toHaveCount(0);
  await expect(branch.getByRole('row', { name: /卫国/ })).toContainText('执行人均须回避');
  await seen(branch, 'plan-running');

  // A colleague joins and takes who was barred; then the customer is called. Rule C-15.
  await branch.getByLabel('增加执行人').click();
  await branch.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: '王芳' }).click();
  await branch.getByLabel('理由').fill('卫国是李华的客户');
  await branch.getByRole('button', { name: '重新分派' }).click();
  await expect(branch.getByRole('row', { name: /卫国/ })).toHaveCount(0);
  await expect(branch.getByRole('row', { name: /褚强/ })).toContainText('客户免打扰');
  await branch.getByText('全部', { exact: true }).click();
  await expect(branch.getByRole('row', { name: /卫国/ })).toContainText('王芳');
  const task = await branch.evaluate(async (at) => {
    const answer = (await (await fetch(`/api/v1${at}/customers`)).json()) as { customers: Array<{ code: string; task_id: string }> };
    return answer.customers.find((c) => c.code === 'SIM-now-2')?.task_id;
  }, path);
  const agent = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(agent));
  await startWork(agent, 'lihua');
  // Within the page: a reload would begin the connection of the voice anew. 刘洋 is on this desk twice.
  await agent.evaluate((id) => { history.pushState(null, '', `/desk/${id}`); dispatchEvent(new PopStateEvent('popstate')); }, task);
  await expect(agent.locator('.card-name')).toContainText('刘洋');
  await expect(agent.getByText('年末关怀回访：了解使用情况', { exact: false }).first()).toBeVisible();
  await picture(agent, 'plan-desk');
  await expect(agent.locator('.gate')).toHaveAttribute('data-state', 'allowed');
  await agent.keyboard.press('Alt+d');
  await callState(agent, 'talking', 40_000);
  await hangUp(agent);
  await writeRecord(agent, '客户拒绝');

  await branch.reload();
  await expect(branch.getByLabel('进度')).toContainText('33 %');
  await branch.getByLabel('办结说明').fill('其余转下月');
  await branch.getByRole('button', { name: '办结计划' }).click();
  await expect(branch.getByText('其余转下月').first()).toBeVisible();
  await seen(branch, 'plan-closed');
  await branch.goto('/plans');
  await expect(branch.getByRole('row', { name: new RegExp(title) })).toContainText('已办结');
  await seen(branch, 'plans');
  const english = await person(browser, 'sunyue', wrong, 'en');
  await english.goto(path);
  await seen(english, 'en-plan');
  await english.goto('/plans');
  await seen(english, 'en-plans');
  await browser.close();
  expect(wrong).toEqual([]);
});
