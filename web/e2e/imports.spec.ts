import { expect, test } from '@playwright/test';
import { complaints, picture, rawKeys, signIn, violations } from './support';

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'utf8') });

/** Rules C-08, C-22: a feed is agreed, its broken file says what is wrong, the mended one is imported, and is undone. */
test('a broken file is mended, imported and undone', async ({ page }) => {
  test.setTimeout(120_000);
  const wrong = complaints(page);
  const look = async (name: string) => {
    await picture(page, name);
    wrong.push(...(await violations(page)).map((v) => `${name}: ${v}`), ...(await rawKeys(page)).map((k) => `${name}: text ${k} is missing`));
  };
  await signIn(page, 'admin');
  await page.goto('/feeds');
  await page.getByRole('button', { name: '新增报送' }).click();
  await page.getByLabel('名称').fill('每周五送货清单');
  await page.getByLabel('报送部门').click();
  await page.locator('.ant-select-item-option').first().click();
  await look('imports-feed-drawer');
  await page.getByRole('button', { name: '保 存' }).or(page.getByRole('button', { name: '保存' })).click();
  await expect(page.getByRole('link', { name: '每周五送货清单' })).toBeVisible();
  await look('imports-feeds');

  await page.goto('/imports');
  await page.getByRole('button', { name: '导入文件' }).click();
  await look('imports-take');
  await page.getByTestId('intake-file').setInputFiles(file('客户.csv', '客户编号,客户名称,类别,手机号码,生日\nW1,周强,家具,13800138099,昨天\nW2,吴敏,窗帘,12,\nW3,郑洁,其他,13800138077,1990-05-06\n'));
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('status')).toContainText('有误 2');
  const problems = drawer.getByRole('region', { name: '有误的内容' });
  await expect(problems.getByRole('row').filter({ hasText: '昨天' })).toContainText('不是日期');
  await expect(problems.getByRole('row').filter({ hasText: '窗帘' })).toContainText('没有这个客户类别');
  await expect(drawer.getByRole('button', { name: /全部导入/ })).toBeDisabled();
  await look('imports-broken');
  await drawer.getByRole('button', { name: 'Close' }).or(drawer.locator('.ant-drawer-close')).first().click();

  await page.getByRole('button', { name: '导入文件' }).click();
  await page.getByTestId('intake-file').setInputFiles(file('客户-改.csv', '\ufeff客户编号;客户名称;类别;手机号码;生日\nW1;周强;家具;13800138099;1988年3月2日\nW2;吴敏;家具;13800138066;\nW3;郑洁;其他;13800138077;1990-05-06\n'));
  await expect(drawer.getByRole('status')).toContainText('新增 3');
  await look('imports-mended');
  await drawer.getByRole('button', { name: '全部导入（3 行）' }).click();
  await expect(drawer.locator('[data-state=applied]')).toBeVisible();
  await look('imports-applied');
  await drawer.getByLabel('撤销理由').fill('文件发错了');
  await drawer.getByRole('button', { name: '撤销导入' }).click();
  await expect(drawer.locator('[data-state=undone]')).toBeVisible();
  await drawer.locator('.ant-drawer-close').click();
  await expect(page.locator('[data-state=undone]')).toBeVisible();
  await look('imports-list');

  await page.goto('/tokens');
  await page.getByRole('button', { name: '新建令牌' }).click();
  await page.getByLabel('名称').fill('进销存');
  await page.getByLabel('写客户').check();
  await look('tokens-new');
  await page.getByRole('button', { name: /^生\s?成$/ }).click();
  await expect(page.getByRole('dialog').getByText(/^hft_/)).toBeVisible();
  await look('tokens-secret');
  expect(wrong).toEqual([]);
});
