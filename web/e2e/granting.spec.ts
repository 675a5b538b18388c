import { expect, test, type Browser, type Page } from '@playwright/test';
import { complaints, look, picture, report, signIn, violations } from './support';

test.describe.configure({ mode: 'serial' });

async function as(browser: Browser, login: string, wrong: string[]): Promise<Page> {
  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await signIn(page, login);
  return page;
}

/** A recording that can be played: of the call of the specification before this one. */
async function recorded(page: Page): Promise<string> {
  const answer = await page.request.get('/api/v1/recordings?state=verified');
  const { recordings } = (await answer.json()) as { recordings: Array<{ id: string; duration_ms: number }> };
  const [found] = recordings.toSorted((a, b) => b.duration_ms - a.duration_ms); // it plays on while the grant is revoked
  if (!found || found.duration_ms < 10_000) throw new Error('there is no recording to grant');
  return found.id;
}

/** Rules S-01, S-02: somebody without the right asks, the head of records gives less, they hear it, an auditor sees that, and it is revoked at once. */
test('a recording is asked for, granted, heard, and the grant revoked', async ({ browser }) => {
  const wrong: string[] = [];
  const head = await as(browser, 'zhouqi', wrong);
  const id = await recorded(head);
  const asker = await as(browser, 'admin', wrong);
  expect((await asker.request.get(`/api/v1/recordings/${id}`)).status()).toBe(403);
  expect((await asker.request.get(`/api/v1/my/recordings/${id}`)).ok()).toBe(false);
  await asker.goto(`/my-access?id=${id}`);
  await expect(asker.getByLabel('录音或通话编号（每行一个）')).toHaveValue(id);
  await asker.getByLabel('用途').fill('核对客户投诉');
  await asker.getByLabel('同时申请下载').check();
  expect(await violations(asker)).toEqual([]);
  await asker.getByRole('button', { name: '提交申请' }).click();
  await expect(asker.getByRole('row', { name: /核对客户投诉/ })).toContainText('待');
  await picture(asker, 'grant-asked');

  await head.goto('/access');
  await head.getByRole('row', { name: /核对客户投诉/ }).getByRole('button', { name: /决\s*定/ }).click();
  const dialog = head.getByRole('dialog');
  await dialog.getByLabel('天数').fill('2');
  await dialog.getByLabel('可下载').uncheck();
  await picture(head, 'grant-deciding');
  expect(await violations(head)).toEqual([]);
  await dialog.getByRole('button', { name: '批准所选' }).click();
  await expect(head.getByRole('row', { name: /核对客户投诉/ })).toContainText('仅收听');

  await asker.goto('/my-access');
  const heard = asker.waitForRequest((r) => r.url().endsWith('/heard') && r.method() === 'POST');
  const audio = asker.waitForResponse((r) => r.url().includes(`/my/recordings/${id}/audio`) && r.status() === 206);
  const row = asker.locator(`tr[data-row-key="${id}"]`);
  await row.getByRole('button', { name: /播\s*放/ }).click();
  await row.getByRole('button', { name: /播\s*放/ }).click();
  await audio;
  await expect(row.getByRole('button', { name: /暂\s*停 00:0[1-9]/ })).toBeVisible();
  await row.getByRole('button', { name: /暂\s*停/ }).click();
  await heard;
  await picture(asker, 'grant-heard');
  expect((await asker.request.get(`/api/v1/my/recordings/${id}/download`)).ok()).toBe(false); // asked for, not given

  const auditor = await as(browser, 'sunyue', wrong);
  await auditor.goto('/access');
  await auditor.getByRole('row', { name: /核对客户投诉/ }).getByRole('button', { name: '查阅日志' }).click();
  const log = auditor.getByRole('dialog');
  for (const did of ['列出', '取音频', '收听']) await expect(log.getByText(did, { exact: true }).first()).toBeVisible();
  await picture(auditor, 'grant-log');
  await expect(auditor.getByRole('button', { name: /撤\s*销/ })).toHaveCount(0); // the head of records does

  await row.getByRole('slider', { name: '播放位置' }).fill('0');
  await row.getByRole('button', { name: /播\s*放/ }).click();
  await expect(row.getByRole('button', { name: /暂\s*停 00:0[1-9]/ })).toBeVisible();
  await head.getByRole('row', { name: /核对客户投诉/ }).getByRole('button', { name: /撤\s*销/ }).click();
  await head.getByRole('dialog').getByLabel('理由').fill('投诉已撤回');
  await head.getByRole('dialog').getByRole('button', { name: /撤\s*销/ }).click();
  await expect(head.getByRole('row', { name: /核对客户投诉/ })).toContainText('投诉已撤回');
  expect((await asker.request.get(`/api/v1/my/recordings/${id}/audio`)).ok()).toBe(false);
  await row.getByRole('button', { name: '后退 5 秒' }).click(); // what was heard until then is told, and refused
  await expect(row.getByRole('alert')).toContainText('授权已撤销');
  await picture(asker, 'grant-stopped');
  await asker.reload();
  await expect(asker.getByText('现在没有授权给您的录音。')).toBeVisible();
  report('granted.json', { recording_id: id });
  expect(wrong).toEqual([]);
});

/** Rule S-03: nothing is handed over to a regulator that was not filed. */
test('a recording is filed for a regulator and handed over once', async ({ browser }) => {
  const wrong: string[] = [];
  const page = await as(browser, 'zhouqi', wrong);
  const id = await recorded(page);
  await page.goto(`/recordings/${id}`);
  await page.getByRole('link', { name: '移交监管' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('录音编号（每行一个）')).toHaveValue(id);
  await dialog.getByRole('button', { name: '保存草稿' }).click();
  await expect(dialog.getByText('必填').first()).toBeVisible();
  await dialog.getByLabel('机构').fill('市金融监管局');
  await dialog.getByLabel('文号').fill('金监调〔2026〕17号');
  await dialog.getByLabel('法律依据').fill('《银行业监督管理法》第三十四条');
  await picture(page, 'filing-draft');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '保存草稿' }).click();
  const row = page.getByRole('row', { name: /金监调〔2026〕17号/ });
  await expect(row).toContainText('草稿');
  const { filings } = (await (await page.request.get('/api/v1/filings')).json()) as { filings: Array<{ id: string }> };
  const early = await page.request.post(`/api/v1/filings/${filings[0]?.id}/hand-over`, { data: { taken_by: '张三', pack_sha256: 'a'.repeat(64) } });
  expect(await early.json()).toMatchObject({ rule: 'S-03', reason: 'not_filed' });
  await row.getByRole('button', { name: /备\s*案/ }).click();
  await expect(row).toContainText('已备案');
  await picture(page, 'filing-filed');
  await row.getByRole('button', { name: '登记移交' }).click();
  await page.getByRole('dialog').getByLabel('接收人').fill('张三');
  await page.getByRole('dialog').getByLabel('封存包 pack.json 的 SHA-256').fill('ab'.repeat(32));
  await page.getByRole('dialog').getByRole('button', { name: '登记移交' }).click();
  await expect(row).toContainText('已移交');
  await expect(row).toContainText('张三 接收');
  await expect(row.getByRole('button', { name: '登记移交' })).toHaveCount(0);
  await picture(page, 'filing-handed');
  expect(await violations(page)).toEqual([]);
  expect(wrong).toEqual([]);
});
