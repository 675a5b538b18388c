import { expect, test } from '@playwright/test';
import { callState, choose, hangUp, phone, rawMicrophone, report, startWork, talked, writeRecord } from './support';

/** One short call, for servers that are reached in another way than the first; who starts this one compares the recording. */
test('a short call @network', async ({ page }) => {
  await rawMicrophone(page);
  await startWork(page, 'lihua');
  await choose(page, '王小明');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 30_000);
  await talked(page, 10);
  const recordingId = await phone(page).locator('.lamp').getAttribute('data-recording-id');
  await hangUp(page);
  await expect(phone(page).locator('.lamp')).toHaveAttribute('data-state', 'verified', { timeout: 30_000 });
  await writeRecord(page, '其他');
  report('call.json', { recording_id: recordingId });
});
