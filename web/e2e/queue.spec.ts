import { expect, test } from '@playwright/test';
import { callState, complaints, hangUp, launch, look, passes, phone, picture, rawKeys, signIn, startWork, violations, withMicrophone, writeRecord } from './support';

/** The queue gives a customer at a key, and after the record the next card opens by itself; nothing is dialled without a click. Rules T-10, C-01. */
test('the next customer comes by a key, and then by itself', async () => {
  test.setTimeout(180_000);
  const browser = await launch(withMicrophone);
  const page = await (await browser.newContext(look)).newPage();
  const wrong = complaints(page);
  await startWork(page, 'lihua');
  await expect(page.getByRole('button', { name: '下一位' })).toBeVisible();
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
  await expect(held).toHaveCount(0);
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

/** A record that is open keeps the shift from ending; why a call is not allowed is answered check by check; what stands behind it is set by supervisors and administrators. Rules C-23, T-05, T-14. */
test('no end of shift with open records, and the rules behind the gate', async () => {
  test.setTimeout(180_000);
  const browser = await launch(withMicrophone);
  const page = await (await browser.newContext(look)).newPage();
  const wrong = complaints(page);
  await startWork(page, 'lihua');
  await expect(page.getByRole('button', { name: '下一位' })).toBeVisible();
  await page.keyboard.press('Alt+q');
  await expect(page.locator('.queue-held')).toHaveAttribute('data-task-id', /.+/);
  await expect(page.locator('section.card')).toHaveAttribute('data-task-id', (await page.locator('.queue-held').getAttribute('data-task-id')) ?? '');
  await page.getByRole('button', { name: '逐项核对' }).click();
  await expect(page.locator('.why-checks li')).toHaveCount(18);
  await expect(page.locator('[data-check=recorder]')).toHaveAttribute('data-verdict', 'passed');
  await page.locator('.why').hover(); // a link under the pointer is paler
  await picture(page, 'why');
  expect(await violations(page)).toEqual([]);
  expect(await rawKeys(page)).toEqual([]);
  await page.locator('.ant-drawer-close').click();
  await expect(page.locator('.why')).toHaveCount(0);
  await page.keyboard.press('Alt+d');
  await callState(page, /talking|wrapup/, 60_000);
  if ((await phone(page).getAttribute('data-call-state')) === 'talking') await hangUp(page);
  await page.getByRole('button', { name: '结束班次' }).click();
  const refused = page.getByRole('dialog');
  await expect(refused).toContainText('还不能结束班次');
  await expect(refused.locator('.shift-open li')).toHaveCount(1);
  await picture(page, 'shift-refused');
  expect(await violations(page)).toEqual([]);

  const boss = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(boss));
  await signIn(boss, 'zhaolei');
  await boss.goto('/unfinished');
  await expect(boss.getByRole('row', { name: /李华/ })).toBeVisible();
  await picture(boss, 'unfinished');
  expect(await violations(boss)).toEqual([]);
  expect(await rawKeys(boss)).toEqual([]);

  await refused.getByRole('button', { name: '去补写' }).click();
  await writeRecord(page, '其他');
  await page.getByRole('button', { name: '结束班次' }).click();
  await expect(page.getByText('班次已结束。')).toBeVisible();
  await expect(phone(page)).toHaveAttribute('data-agent-state', 'offline');

  // The calendar says what is not known, and to whom; days are set by administrators.
  const admin = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(admin));
  await signIn(admin, 'admin');
  await admin.goto('/calendar?year=2027');
  await expect(admin.getByText('尚未公布').first()).toBeVisible();
  await admin.getByRole('button', { name: '设定日期' }).click();
  await admin.getByRole('dialog').getByLabel('名称').fill('元旦');
  await picture(admin, 'calendar-day');
  expect(await violations(admin)).toEqual([]);
  await admin.getByRole('dialog').getByRole('button', { name: /保\s?存/ }).click();
  await expect(admin.getByRole('row', { name: /2027-01-01/ })).toContainText('元旦');
  await picture(admin, 'calendar');
  expect(await violations(admin)).toEqual([]);
  expect(await rawKeys(admin)).toEqual([]);

  // A program asks for consent from now on: the gate says so, until a supervisor notes it.
  await admin.goto('/programs');
  await admin.getByRole('button', { name: '演示（全天可拨） 的可拨规则' }).click();
  const drawer = admin.getByRole('dialog');
  await drawer.getByLabel('须有客户同意（T-14）').click();
  await admin.getByTitle('服务回访', { exact: true }).click();
  await drawer.getByLabel('改动原因').fill('新规要求');
  await picture(admin, 'calling-rules');
  expect(await violations(admin)).toEqual([]);
  await drawer.getByRole('button', { name: '保存为第 2 版' }).click();
  await expect(drawer.getByText('新规要求')).toBeVisible();
  await page.locator('button.task', { hasText: '演示' }).first().click();
  await expect(page.locator('[data-reason=consent_missing]')).toBeVisible();
  const task = page.url();
  await boss.goto(new URL(task).pathname);
  await boss.getByRole('button', { name: '更多操作' }).click();
  await boss.getByRole('menuitem', { name: '同意与分组…' }).click();
  await boss.getByRole('dialog').getByLabel(/凭证所在/).fill('HT-2026-001 第 9 条');
  await boss.getByRole('dialog').getByRole('button', { name: '登记同意' }).click();
  await expect(boss.getByRole('dialog').locator('li[data-state=valid]')).toContainText('HT-2026-001');
  await picture(boss, 'consent');
  expect(await violations(boss)).toEqual([]);
  await page.reload();
  await expect(page.locator('.gate')).toHaveAttribute('data-state', /allowed|refused|waiting/);
  await expect(page.locator('[data-reason=consent_missing]')).toHaveCount(0);
  await browser.close();
  expect(wrong).toEqual([]);
});
