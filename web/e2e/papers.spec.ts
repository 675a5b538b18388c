import { expect, test } from '@playwright/test';
import { callState, choose, complaints, hangUp, launch, look, picture, rawKeys, report, signIn, startWork, violations, withMicrophone } from './support';

/** Rules C-16, C-29: a questionnaire gets a branch and a red flag, is published, and is answered in a call; an agent says the script better. */
test('a questionnaire is built, published and answered', async () => {
  test.setTimeout(240_000);
  const browser = await launch(withMicrophone);
  const wrong: string[] = [];
  const admin = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(admin));
  await signIn(admin, 'admin');
  await admin.goto('/papers');
  await picture(admin, 'papers');
  expect(await violations(admin)).toEqual([]);
  expect(await rawKeys(admin)).toEqual([]);
  await admin.getByRole('link', { name: 'Q9', exact: true }).click();
  const editor = admin.getByRole('region', { name: '编辑' });
  const items = editor.locator('.paper-items > li');
  await expect(items.first()).toBeVisible();
  const n = await items.count();

  // A question with a red flag, and one that is asked only if it is answered with yes.
  await editor.getByRole('button', { name: '添加一题' }).click();
  const fees = items.nth(n);
  await fees.getByLabel('标识', { exact: true }).fill('private_fees');
  await fees.getByLabel('中文', { exact: true }).fill('是否有人私下收取费用？');
  await fees.getByText('必答', { exact: true }).click();
  await fees.getByLabel('重点关注的答案').click();
  await admin.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByText('答“是”即重点关注').click();
  await admin.keyboard.press('Escape');
  await editor.getByRole('button', { name: '添加一题' }).click();
  const who = items.nth(n + 1);
  await who.getByLabel('标识', { exact: true }).fill('fees_facts');
  await who.getByLabel('题型').click();
  await admin.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByText('文字', { exact: true }).click();
  await who.getByLabel('中文', { exact: true }).fill('是谁？收了多少？');
  await who.getByLabel('英文', { exact: true }).fill('Who, and how much?');
  await who.getByText('必答', { exact: true }).click();
  await who.getByLabel('提问条件').click();
  await admin.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByText('仅当：是否有人私下收取费用？').click();
  await who.getByLabel('回答为').click();
  await admin.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByText('是', { exact: true }).click();
  await admin.keyboard.press('Escape');

  // The preview is live: the branch opens with the answer, and the flag is seen.
  const preview = admin.getByRole('region', { name: '预览：坐席看到的样子' });
  await expect(preview.getByText('是谁？收了多少？')).toHaveCount(0);
  await preview.locator('#preview-private_fees').getByText('是', { exact: true }).click();
  await expect(preview.getByText('是谁？收了多少？')).toBeVisible();
  await expect(preview.getByRole('status')).toContainText('重点关注 1 项');
  await picture(admin, 'paper-editor');
  expect(await violations(admin)).toEqual([]);

  // English is missing: it is not published without it.
  await admin.getByRole('button', { name: '发布', exact: true }).click();
  await expect(fees.locator('.field-error')).toContainText('label.en');
  await fees.getByLabel('英文', { exact: true }).fill('Did anybody take private fees?');
  await admin.getByRole('button', { name: '发布', exact: true }).click();
  await admin.getByRole('dialog').getByRole('button', { name: /发\s*布/ }).click();
  await expect(admin.getByText('已发布。')).toBeVisible();
  await expect(editor.getByRole('button', { name: '添加一题' })).toBeVisible(); // the next draft may begin

  const page = await (await browser.newContext(look)).newPage();
  wrong.push(...complaints(page));
  await startWork(page, 'lihua');
  await choose(page, '刘洋');
  await page.getByRole('button', { name: /^建议改写：问候/ }).click();
  const suggest = page.getByRole('dialog');
  await suggest.getByLabel('建议的说法').fill('您好，{customer}，打扰您几分钟。');
  await suggest.getByLabel('理由').fill('更亲切');
  await picture(page, 'suggest');
  await suggest.getByRole('button', { name: '提交建议' }).click();
  await expect(suggest).toBeHidden();
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await page.getByRole('tab', { name: /问卷/ }).click();
  for (const key of ['adviser', 'delivery']) await page.locator(`#question-${key}`).getByText('满意', { exact: true }).click();
  await page.locator('#question-damage').getByText('否', { exact: true }).click();
  await expect(page.locator('#question-fees_facts')).toHaveCount(0);
  await page.locator('#question-private_fees').getByText('是', { exact: true }).click();
  await expect(page.locator('#question-fees_facts')).toBeVisible();
  await hangUp(page);
  await page.locator('form.record').getByText('回访完成', { exact: true }).click();
  for (const [field, text] of [['content', '问了送货'], ['problems', '收费'], ['handling', '上报']] as const) await page.locator(`#record-${field}`).fill(text);
  await page.getByRole('button', { name: '完成小结' }).click();
  await expect(page.getByText('问卷还有必答题未答。').first()).toBeVisible();
  await page.locator('#question-fees_facts textarea').fill('送货员，五十元');
  await picture(page, 'questionnaire-branch');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: '完成小结' }).click();
  await callState(page, 'none');

  await admin.goto('/suggestions');
  const one = admin.getByRole('listitem', { name: /李华/ }).first();
  await one.getByLabel(/^答复/).fill('谢谢');
  await one.getByRole('button', { name: '采纳，写入草稿' }).click();
  await expect(one).toContainText('已采纳');
  await picture(admin, 'suggestions');
  expect(await violations(admin)).toEqual([]);
  report('papers.json', {});
  await browser.close();
  expect(wrong).toEqual([]);
});
