import { expect, test } from '@playwright/test';
import { picture, signIn, violations } from './support';

/** What the page says of each state in which nothing can be heard; the API's answer is changed on its way. Rules T-01, T-02. */
const words = {
  'zh-CN': { opened: '录音尚未开始', spooling: '通话还在进行', failed: '录音失败', missing: '录音找不到', expired: '获批删除', deleted: '第二人批准删除' },
  en: { opened: 'has not begun', spooling: 'The call goes on', failed: 'The recording failed', missing: 'cannot be found', expired: 'deletion is approved', deleted: 'approval of a second person' },
};

for (const language of ['zh-CN', 'en'] as const) {
  test(`a recording that cannot be heard says why, in ${language}`, async ({ page }) => {
    await page.addInitScript((l) => localStorage.setItem('huifang.language', l), language);
    await signIn(page, 'sunyue');
    await page.goto('/recordings');
    const link = await page.locator('tbody a[href^="/recordings/"]').first().getAttribute('href');
    let state = '';
    await page.route('**/api/v1/recordings/*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), state, instance: 'huifang-2' } });
    });
    for (const [name, text] of Object.entries(words[language])) {
      state = name;
      await page.goto(link ?? '');
      await expect(page.locator(`.recording[data-state="${name}"]`)).toBeVisible();
      await expect(page.getByRole('alert').filter({ hasText: text })).toBeVisible();
      await expect(page.getByRole('slider')).toHaveCount(0);
      expect(await violations(page)).toEqual([]);
    }
    await test.step('it waits on another instance', async () => {
      state = 'uploading';
      await page.route('**/api/v1/recordings/*/audio*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
      await page.goto(link ?? '');
      await expect(page.getByRole('alert').filter({ hasText: 'huifang-2' })).toBeVisible();
      await picture(page, `${language}-recording-waits`);
    });
  });
}
