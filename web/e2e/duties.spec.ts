import { expect, test, type Page } from '@playwright/test';
import { callState, choose, complaints, hangUp, launch, look, overflow, picture, rawKeys, signIn, startWork, violations, withMicrophone } from './support';

/** Asks the API as whoever is signed in on the page. */
const ask = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(async ([m, p, b]) => {
    const answer = await fetch(`/api/v1${p}`, { method: m, headers: b ? { 'Content-Type': 'application/json' } : {}, ...(b ? { body: b } : {}) });
    if (!answer.ok) throw new Error(`${m} ${p}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }, [method, path, body ? JSON.stringify(body) : ''] as const) as Promise<T>;

const daysAgo = (n: number) => new Date(Date.now() + 8 * 3600_000 - n * 86_400_000).toISOString().slice(0, 10);

interface Duties { duties: Array<{ task_id: string | null; result: string; due_on: string; deadline: string; state: string }> }

/** Rules C-08, R-03: a week's deliveries become duties, one is called, and coverage shows who was missed. */
test('events become duties, are called, and coverage shows who was missed', async () => {
  test.setTimeout(300_000);
  const browser = await launch(withMicrophone);
  const wrong: string[] = [];
  const head = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(head));
  await signIn(head, 'zhaolei');

  // The rule, from its template, tried before it is switched on.
  await head.goto('/duty-rules');
  await head.getByRole('button', { name: '从模板新建' }).click();
  await expect(head.getByRole('button', { name: /^选用/ })).toHaveCount(25);
  await picture(head, 'duty-templates');
  expect(await violations(head)).toEqual([]);
  await head.getByRole('button', { name: '选用 送货安装周回访' }).click();
  const editor = head.getByRole('dialog', { name: '新建规则' });
  const from = editor.getByRole('textbox', { name: '生效日' });
  await from.fill(daysAgo(90));
  await from.press('Enter');
  await picture(head, 'duty-rule');
  expect(await violations(head)).toEqual([]);
  await editor.getByRole('button', { name: '试 算' }).or(editor.getByRole('button', { name: '试算' })).click();
  const dry = head.getByRole('dialog', { name: /^试算/ });
  await dry.getByRole('button', { name: /计\s?算/ }).click();
  await expect(dry.locator('.duty-figures')).toBeVisible();
  await picture(head, 'duty-dry-run');
  expect(await violations(head)).toEqual([]);
  await dry.getByRole('button', { name: /Close|关闭/ }).click();
  await editor.getByRole('button', { name: /保\s?存/ }).click();
  await expect(head.getByRole('row', { name: /送货安装周回访/ })).toContainText('送货');

  // Deliveries of last week and of the week before come in; the first is to be called this week, the second was to be called last week.
  const ids: string[] = [];
  for (const [code, name, number] of [['E2E-now', '收货客户', '13600000001'], ['E2E-missed', '漏访客户', '13600000003']]) {
    ids.push((await ask<{ id: string }>(head, 'POST', '/customers', { code, name, kind: 'furniture_buyer', contact_points: [{ number }] })).id);
  }
  const rows = [{ key: 'E2E-D1', customer_code: 'E2E-now', kind: 'delivered', occurred_on: daysAgo(7) }, { key: 'E2E-D2', customer_code: 'E2E-missed', kind: 'picked_up', occurred_on: daysAgo(14) }];
  expect((await ask<{ results: Array<{ outcome: string }> }>(head, 'POST', '/events', { rows })).results.map((r) => r.outcome)).toEqual(['created', 'created']);
  expect((await ask<{ results: Array<{ outcome: string }> }>(head, 'POST', '/events', { rows })).results.map((r) => r.outcome)).toEqual(['unchanged', 'unchanged']);
  const until = daysAgo(-8);
  await head.goto(`/coverage?to=${until}`);
  await head.getByRole('button', { name: '立即计算' }).click();
  const row = head.getByRole('row', { name: /送货安装周回访/ });
  const figures = (text: RegExp) => expect(row).toHaveText(text);
  await figures(/送货安装周回访未归属2001 ?1.*0\.0%/);
  await picture(head, 'coverage');
  expect(await violations(head)).toEqual([]);
  expect(await rawKeys(head)).toEqual([]);
  await row.getByRole('button', { name: /漏访/ }).click();
  await expect(head.getByRole('dialog')).toContainText('漏访客户');
  await expect(head.getByRole('dialog')).not.toContainText('收货客户');
  await picture(head, 'coverage-missed');
  expect(await violations(head)).toEqual([]);

  // The task of the other one goes to an agent, who calls.
  const { duties } = await ask<Duties>(head, 'GET', `/duties?customer_id=${ids[0]}`);
  expect(duties).toMatchObject([{ result: 'open', state: 'open' }]);
  const { tasks } = await ask<{ tasks: Array<{ assignee_id: string | null; assignee_name: string }> }>(head, 'GET', '/tasks?scope=all');
  const agent = tasks.find((t) => t.assignee_name === '李华')?.assignee_id;
  await ask(head, 'POST', `/tasks/${duties[0]!.task_id}/assign`, { assignee_id: agent, reason: '' });
  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await startWork(page, 'lihua');
  await choose(page, '收货客户');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await page.getByRole('tab', { name: /问卷/ }).click();
  const items = page.locator('.questions > ol > li');
  for (let i = 0; i < await items.count(); i++) {
    const good = items.nth(i).getByText('满意', { exact: true });
    if (await good.count()) await good.click();
    else if (await items.nth(i).locator('.needed').count()) {
      const choice = items.nth(i).locator('label').first();
      if (await choice.count()) await choice.click();
      else await items.nth(i).locator('input, textarea').first().fill('无');
    }
  }
  await hangUp(page);
  await page.locator('form.record').getByText('回访完成', { exact: true }).click();
  await page.locator('#record-content').fill('客户说安装很好。');
  await page.locator('#record-problems').fill('无');
  await page.locator('#record-handling').fill('无');
  await page.getByRole('button', { name: '完成小结' }).click();
  await callState(page, 'none');

  // The figure moves by itself, in the other language too.
  await head.goto(`/coverage?to=${until}`);
  await figures(/送货安装周回访未归属210 ?01.*50\.0%/);
  await head.evaluate(() => localStorage.setItem('huifang.language', 'en'));
  for (const path of [`/coverage?to=${until}`, '/duty-rules']) {
    await head.goto(path);
    await expect(head.getByRole('row', { name: /Delivery, weekly/ })).toBeVisible();
    await picture(head, `en${path.split('?')[0]!.replace('/', '-')}`);
    expect(await violations(head)).toEqual([]);
    expect(await rawKeys(head)).toEqual([]);
    expect(await overflow(head)).toBeLessThanOrEqual(0);
  }
  // The next version of the rule says why, and applies from its day.
  await head.getByRole('button', { name: 'Edit “Delivery, weekly”' }).click();
  const next = head.getByRole('dialog', { name: /Edit/ });
  await next.getByLabel('Days of grace').fill('2');
  await next.getByLabel('Why it changes').fill('Holidays');
  await picture(head, 'en-duty-rule');
  expect(await violations(head)).toEqual([]);
  await next.getByRole('button', { name: 'Save' }).click();
  await head.getByRole('button', { name: /Version 2/ }).click();
  await expect(head.getByRole('dialog')).toContainText('Holidays');
  await picture(head, 'en-duty-versions');
  await browser.close();
  expect(wrong).toEqual([]);
});
