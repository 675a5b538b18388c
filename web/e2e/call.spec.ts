import { expect, test } from '@playwright/test';
import { callState, choose, complaints, hangUp, phone, picture, rawMicrophone, report, signIn, startWork, talked, violations, writeRecord } from './support';

test.describe.configure({ mode: 'serial' });

let recordingId: string | null;

/** Rules T-01, T-03, T-09, T-12, C-01: the main job, by voice. What was recorded is compared with what was said by the Go test that starts this one. */
test('an agent calls a customer and writes the record', async ({ page }) => {
  const wrong = complaints(page);
  await rawMicrophone(page);
  await startWork(page, 'lihua');
  await choose(page, '王小明');
  await expect(page.locator('.gate')).toHaveAttribute('data-state', 'allowed');
  await picture(page, 'desk-before');

  await page.keyboard.press('Alt+d');
  await callState(page, 'ringing');
  const hangup = phone(page).locator('.hangup');
  await expect(hangup).toHaveAttribute('data-state', 'locked');
  expect(Number(await hangup.getAttribute('data-seconds-left'))).toBeGreaterThan(10);
  await picture(page, 'desk-ringing');

  await callState(page, /announcing|talking/);
  await callState(page, 'talking', 30_000);
  await expect(phone(page).locator('.lamp')).toHaveAttribute('data-state', 'spooling');
  await page.locator('#record-content').fill('先写一部分');
  await page.keyboard.press('Alt+k');
  await page.getByRole('group', { name: '键盘' }).getByRole('button', { name: '5' }).click();
  await page.keyboard.press('Alt+k');
  await page.getByRole('tab', { name: /问卷/ }).click();
  await page.locator('.choice-satisfaction').first().getByText('满意', { exact: true }).click(); // while they talk: replay jumps there
  // Ten seconds of talk are what the recording is judged by.
  await talked(page, 12);
  await expect(phone(page).locator('.quality')).toHaveAttribute('data-state', /good|fair|poor/);
  await picture(page, 'desk-talking');
  expect(await violations(page)).toEqual([]);

  const callId = await phone(page).getAttribute('data-call-id');
  recordingId = await phone(page).locator('.lamp').getAttribute('data-recording-id');
  await hangUp(page);
  // Rule C-01: nothing is finished while required fields are empty.
  await page.locator('#record-content').fill('');
  await page.getByRole('button', { name: '完成小结' }).click();
  await expect(page.locator('.field-error').first()).toBeVisible();
  await picture(page, 'desk-wrapup');
  await expect(phone(page).locator('.lamp')).toHaveAttribute('data-state', 'verified', { timeout: 30_000 });
  await writeRecord(page, '其他');
  report('call.json', { call_id: callId, recording_id: recordingId });
  expect(wrong).toEqual([]);
});

/** Rules S-01, S-04: an auditor finds the recording, hears it, and that is noted. */
test('an auditor replays it', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'sunyue');
  await page.goto('/recordings');
  await page.locator(`a[href="/recordings/${recordingId}"]`).first().click();
  const heard = page.waitForRequest((r) => r.url().endsWith('/heard') && r.method() === 'POST');
  const audio = page.waitForResponse((r) => r.url().includes('/audio') && r.status() === 206);
  await page.getByRole('button', { name: /播放/ }).first().click();
  expect((await audio).headers()['content-range']).toMatch(/^bytes /);
  await expect.poll(async () => Number(await page.locator('.lane-slider').inputValue())).toBeGreaterThan(1_500);
  await page.getByRole('button', { name: /暂停/ }).first().click();
  expect(JSON.parse((await heard).postData() ?? '{}')).toMatchObject({ channel: 'both' });
  await picture(page, 'recording-playing');
  // Five seconds in a loop, at three times the speed, by keys alone.
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('o');
  await page.keyboard.press('ArrowRight');
  const loop = page.locator('.player-bar [aria-keyshortcuts="O"]');
  await expect(loop).toContainText(/从 00:0\d 到这里/);
  await page.keyboard.press('o');
  await expect(loop).toContainText(/循环 00:0\d–00:\d\d/);
  const end = Number(await page.locator('.lane-slider').inputValue());
  for (let i = 0; i < 5; i++) await page.keyboard.press(']');
  await expect(page.locator('.player-bar')).toContainText('3×');
  await page.keyboard.press('Space');
  await expect.poll(async () => Number(await page.locator('.lane-slider').inputValue())).toBeLessThan(end - 2_000);
  await page.keyboard.press('Space');
  await picture(page, 'recording-loop');
  // To the question of the record, from a little before its answer (Rule T-08).
  const question = page.getByRole('list', { name: '小结的问题' }).getByRole('button').first();
  const [minutes, seconds] = (await question.locator('.num').innerText()).split(':').map(Number);
  const answered = 1_000 * (60 * (minutes ?? 0) + (seconds ?? 0));
  await question.click();
  await expect.poll(async () => Math.abs(Number(await page.locator('.lane-slider').inputValue()) - Math.max(0, answered - 8_000))).toBeLessThan(1_100);
  // A mark of the lane, by mouse: the end of the call.
  await page.locator('.lane-mark').last().click();
  const all = Number(await page.locator('.lane-slider').getAttribute('max'));
  await expect.poll(async () => Number(await page.locator('.lane-slider').inputValue())).toBeGreaterThan(all - 1_000);
  // A comment stands at its place, for everybody.
  await page.getByLabel('在当前位置写批注（写下后不能修改）').fill('没有报工号');
  await page.getByRole('button', { name: /^批\s*注$/ }).click();
  await expect(page.getByRole('region', { name: '批注' }).getByRole('listitem')).toContainText(['没有报工号孙悦']);
  await page.reload();
  await expect(page.getByRole('region', { name: '批注' }).getByRole('listitem')).toContainText(['没有报工号孙悦']);
  await picture(page, 'recording-comment');
  expect(wrong).toEqual([]);
  expect(await violations(page)).toEqual([]);
});

/** Rules T-03, T-06: nobody answers; before the minimum nobody hangs up. */
test('hanging up before the minimum ring is refused, and says when it is possible', async ({ page }) => {
  await startWork(page, 'anna');
  await choose(page, '陈晨');
  await page.keyboard.press('Alt+d');
  await callState(page, 'ringing');
  await page.keyboard.press('Alt+h');
  await expect(page.getByText(/秒后可挂断。/)).toBeVisible();
  await callState(page, 'ringing');
  await expect(phone(page).locator('.hangup')).toHaveAttribute('data-state', 'free', { timeout: 25_000 });
  await page.keyboard.press('Alt+h');
  await callState(page, 'wrapup');
  await expect(page.locator('form.record').getByText('未联系上', { exact: true })).toBeVisible();
  await writeRecord(page, '未联系上');
  await page.getByRole('tab', { name: /拨打记录/ }).click();
  await expect(page.locator('.desk-tabs [data-state="no_answer"]').first()).toBeVisible();
});

/** Rule C-14: a refusal names its rule. */
test('a customer who does not want calls cannot be dialled', async ({ page }) => {
  await startWork(page, 'lihua');
  await choose(page, '褚强');
  await expect(page.locator('.gate [data-reason="do_not_call"]')).toHaveAttribute('data-rule', 'C-14');
  await phone(page).locator('.dial').click();
  await expect(page.getByRole('dialog').locator('[data-reason="do_not_call"]')).toBeVisible();
  await callState(page, 'none');
});
