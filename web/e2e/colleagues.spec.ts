import { expect, test, type Page } from '@playwright/test';
import { callState, choose, complaints, hangUp, launch, look, overflow, phone, picture, rawKeys, rawMicrophone, report, startWork, violations, withOtherMicrophone, writeRecord } from './support';

/** Nothing to object to in what is shown, in either language. */
async function fine(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect(await violations(page), name).toEqual([]);
  expect(await rawKeys(page), name).toEqual([]);
  expect(await overflow(page), name).toBe(0);
}

const strip = (page: Page, phase: string) => page.locator(`.transfer-strip[data-transfer="${phase}"]`);
const ringing = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('[data-offer]') });

/** The talk time goes on: what is heard meanwhile is what the recording is judged by. */
async function talkOn(page: Page, seconds: number): Promise<void> {
  const time = async () => (await phone(page).getByRole('timer').innerText()).split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
  const from = await time();
  await expect.poll(time, { timeout: 60_000 }).toBeGreaterThanOrEqual(from + seconds);
}

/** Rules C-01, C-15: asked, three talk; a supervisor listens, barges in, takes over, and gives the call back. The second page is English. */
test('a call and its colleagues @colleagues', async ({ page }) => {
  test.setTimeout(240_000);
  const other = await launch(withOtherMicrophone);
  const context = await other.newContext(look);
  await context.addInitScript(() => localStorage.setItem('huifang.language', 'en'));
  const boss = await context.newPage();
  const wrong = [complaints(page), complaints(boss)];
  await Promise.all([rawMicrophone(page), rawMicrophone(boss)]);
  await Promise.all([startWork(boss, 'zhaolei'), startWork(page, 'wangfang')]);
  await choose(page, '刘洋');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  const callId = (await phone(page).getAttribute('data-call-id')) ?? '';

  await test.step('the list has who is free; the colleague’s page rings and says why', async () => {
    await page.keyboard.press('Alt+t');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('radio', { name: /Anna Berg/ })).toBeDisabled();
    await expect(dialog.getByRole('button', { name: '先咨询' })).toBeDisabled();
    await fine(page, 'transfer-dialog');
    await dialog.getByRole('radio', { name: /赵磊/ }).check();
    await dialog.getByLabel('给同事的说明').fill('客户询问费用');
    await dialog.getByRole('button', { name: '先咨询' }).click();
    await expect(strip(page, 'offered')).toContainText('赵磊');
    await callState(page, 'held');
    await expect(ringing(boss)).toContainText('王芳 wants to ask you');
    await expect(ringing(boss)).toContainText('客户询问费用');
    await expect(ringing(boss).getByRole('button', { name: 'Answer' })).toBeFocused();
    await fine(boss, 'offer');
  });

  await test.step('a consultation, and three who talk', async () => {
    await boss.keyboard.press('Alt+g');
    await expect(strip(boss, 'consulting')).toContainText('刘洋');
    await expect(phone(boss)).toHaveAttribute('data-agent-state', 'calling');
    await fine(page, 'consulting');
    await fine(boss, 'consulting-colleague');
    await strip(page, 'consulting').getByRole('button', { name: '三方通话' }).click();
    await expect(strip(boss, 'three_way')).toBeVisible();
    await callState(page, 'talking');
    await talkOn(page, 4);
    await picture(page, 'three-way');
    await strip(boss, 'three_way').getByRole('button', { name: 'Leave' }).click();
    await expect(strip(page, 'three_way')).toHaveCount(0);
    await expect(page.getByText('转接：同事已退出')).toBeVisible();
    await expect(phone(boss)).toHaveAttribute('data-agent-state', 'ready');
    await page.locator('form.record #record-content').fill('客户询问费用');
    await expect(page.locator('.record-foot [data-state="saved"]')).toBeVisible();
  });

  await test.step('a supervisor listens, barges in and takes over', async () => {
    await boss.getByRole('link', { name: 'Live' }).click();
    await boss.getByRole('button', { name: 'Listen: 王芳' }).click();
    await boss.getByRole('dialog').getByLabel('Reason').fill('fees');
    await boss.getByRole('dialog').getByRole('button', { name: 'Listen' }).click();
    await expect(boss.locator('[data-monitor="listen"]')).toBeVisible();
    await expect(phone(page).locator('[data-monitor="listen"]')).toContainText('赵磊'); // the program shows it
    await boss.getByRole('radiogroup', { name: 'How to take part' }).getByText('Barge in').click();
    await expect(phone(page).locator('[data-monitor="barge"]')).toBeVisible();
    await talkOn(page, 4);
    await boss.getByRole('button', { name: 'Take over' }).click();
    await boss.getByRole('dialog').getByLabel('Reason').fill('my turn');
    await boss.getByRole('dialog').getByRole('button', { name: 'Take over' }).click();
    await callState(boss, 'talking');
    await talkOn(boss, 3);
    await callState(page, 'none');
    await expect(page.getByText('主管接手了您与 刘洋 的通话')).toBeVisible();
    await expect(phone(page)).toHaveAttribute('data-agent-state', 'ready');
  });

  await test.step('given away: the colleague has call, task and record', async () => {
    await boss.keyboard.press('Alt+t');
    await boss.getByRole('dialog').getByRole('radio', { name: /王芳/ }).check();
    await boss.getByRole('dialog').getByRole('button', { name: 'Give away' }).click();
    await expect(ringing(page)).toContainText('赵磊 转来的通话');
    await picture(page, 'offer-zh');
    await ringing(page).getByRole('button', { name: '接听' }).click();
    await callState(page, 'talking');
    await callState(boss, 'none');
    await expect(boss.getByText('The call with 刘洋 is your colleague’s now')).toBeVisible();
    expect(await phone(page).getAttribute('data-call-id')).toBe(callId);
    await expect(page.locator('.card-name')).toContainText('刘洋');
    await expect(page.locator('#record-content')).toHaveValue('客户询问费用'); // what was written is kept
    await talkOn(page, 2);
    await hangUp(page);
    await writeRecord(page, '其他');
  });
  report('colleagues.json', { call_id: callId });
  await other.close();
  expect(wrong).toEqual([[], []]);
});
