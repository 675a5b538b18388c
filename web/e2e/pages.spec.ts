import { expect, test, type Page } from '@playwright/test';
import { complaints, demo, overflow, picture, rawKeys, report, signIn, violations } from './support';

/** Every page of every role, as its reader sees it first. */
const pages: Record<string, string[]> = {
  lihua: ['/check', '/desk', '/my-access', '/sessions'],
  zhaolei: ['/plans', '/slips', '/cases', '/waiting', '/daily-problems', '/tasks', '/desk', '/ledger', '/live', '/marks', '/duty-rules', '/coverage'],
  chenjing: ['/recordings', '/recordings?ring=met&attempts=1'],
  sunyue: ['/recordings', '/evidence', '/audit'],
  zhouqi: ['/recordings', '/access', '/filings', '/retention', '/reconciliation', '/audit'],
  admin: ['/users', '/tokens', '/imports', '/feeds', '/programs', '/trunks', '/numbers', '/audit', '/sessions'],
};

async function settled(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeAttached();
  await expect(page.locator('.ant-skeleton')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
}

for (const language of ['zh-CN', 'en'] as const) {
  test(`every page in ${language} fits 1280x660, has all its texts and no axe violation`, async ({ browser }) => {
    test.setTimeout(240_000);
    const wrong: string[] = [];
    for (const [login, paths] of Object.entries(pages)) {
      const context = await browser.newContext();
      await context.addInitScript((l) => localStorage.setItem('huifang.language', l), language);
      const page = await context.newPage();
      wrong.push(...complaints(page));
      if (login === 'lihua') {
        await page.goto('/login');
        await picture(page, `${language}-login`);
        wrong.push(...(await violations(page)).map((v) => `/login: ${v}`));
      }
      await signIn(page, login);
      for (const path of paths) {
        await page.goto(path);
        await settled(page);
        await picture(page, `${language}-${login}${path.replaceAll('/', '-')}`);
        wrong.push(...(await violations(page)).map((v) => `${login} ${path}: ${v}`));
        wrong.push(...(await rawKeys(page)).map((k) => `${login} ${path}: text ${k} is missing`));
        if ((await overflow(page)) > 0) wrong.push(`${login} ${path}: wider than the window by ${await overflow(page)} px`);
      }
      await context.close();
    }
    expect(wrong).toEqual([]);
  });
}

test('a wrong password says so and keeps what was typed', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('账号').fill('lihua');
  await page.getByLabel('密码', { exact: true }).fill('not-the-password');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('账号或密码不正确');
  await expect(page.getByLabel('账号')).toHaveValue('lihua');
});

/** Rule T-13: an administrator changes the limits of a program's secure pause. */
test('the limits of a program are changed', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'admin');
  await page.goto('/programs');
  await page.getByRole('button', { name: '修改 演示（全天可拨）' }).click();
  const drawer = page.getByRole('dialog');
  expect(await violations(page)).toEqual([]);
  await drawer.getByLabel('一次暂停最长（秒）').fill('240');
  await drawer.getByLabel('每通电话合计（秒）').fill('120');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer.getByRole('alert')).toBeVisible(); // all together shorter than one
  await drawer.getByLabel('每通电话合计（秒）').fill('480');
  await drawer.getByLabel('可显示的主叫号码').fill('4001234567,');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page.getByRole('row', { name: /演示（全天可拨）/ })).toContainText('240 秒 · 3 次 · 合计 480 秒');
  await expect(page.getByRole('row', { name: /演示（全天可拨）/ })).toContainText('4001234567'); // Rule T-14
  expect(wrong).toEqual([]);
});

/** An administrator opens a prefix and says why; a number is checked before and after. */
test('number rules are changed, and a number is checked', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'admin');
  await page.goto('/numbers');
  const ask = page.getByRole('search');
  await ask.getByRole('textbox').fill('00852 2123 4567');
  await ask.getByRole('button', { name: /检\s*查/ }).click();
  const answer = page.getByRole('status', { name: '检查结果' });
  await expect(answer).toContainText('不可拨打');
  await expect(answer).toContainText('+85221234567');
  await page.getByRole('button', { name: '修改规则' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: '添加规则' }).click();
  await drawer.getByLabel('前缀', { exact: true }).last().fill('110');
  await drawer.getByLabel('原因').fill('香港客户');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer.getByText('紧急号码不能开放')).toBeVisible();
  await drawer.getByLabel('前缀', { exact: true }).last().fill('+852');
  expect(await violations(page)).toEqual([]);
  await picture(page, 'numbers-drawer');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page.getByRole('row', { name: /香港客户/ })).toBeVisible();
  await ask.getByRole('button', { name: /检\s*查/ }).click();
  await expect(answer).toContainText('可以拨打');
  expect(await violations(page)).toEqual([]);
  await picture(page, 'numbers-checked');
  expect(wrong.filter((w) => !w.includes('422'))).toEqual([]);
});

/** Rules T-07, T-08: an hour that was recorded on another line says so, and is sought. How long the seeks take is reported; nobody times a test. */
test('an hour of another line is told as such, and sought', async ({ page }) => {
  const wrong = complaints(page);
  await page.addInitScript(() => {
    const took: number[] = [];
    Object.assign(globalThis, { took });
    const place = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
    Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
      ...place,
      set(this: HTMLMediaElement, to: number) {
        const from = performance.now();
        this.addEventListener('seeked', () => took.push(Math.round(performance.now() - from)), { once: true });
        place?.set?.call(this, to);
      },
    });
  });
  await signIn(page, 'sunyue');
  await page.goto('/recordings');
  await page.getByRole('row', { name: /其他线路/ }).getByRole('link').first().click();
  await expect(page.getByRole('alert')).toContainText('在其他线路录制，证据等级较低');
  await expect(page.getByRole('alert')).toContainText('备用电话机 3 号录音笔');
  const slider = page.getByRole('slider', { name: '播放位置' });
  await expect(page.locator('.player-time')).toContainText('1:00:00');
  await page.getByRole('button', { name: /播放/ }).first().click();
  await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(300);
  const seeks = () => page.evaluate(() => (globalThis as unknown as { took: number[] }).took);
  for (const minute of [50, 10, 59, 30, 1]) {
    const before = (await seeks()).length;
    await slider.fill(String(60_000 * minute));
    await expect.poll(async () => (await seeks()).length).toBeGreaterThan(before);
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(60_000 * minute); // it goes on from there
  }
  report('seeks.json', { ms: await seeks() });
  await page.getByRole('button', { name: /暂停/ }).first().click();
  await picture(page, 'recording-hour');
  expect(await violations(page)).toEqual([]);
  expect(wrong).toEqual([]);
});

/** Rules T-08, S-01: a recording is filed under a tag, found by it, and the search is kept. */
test('recordings are tagged and found again by a saved search', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'sunyue');
  await page.goto('/recordings');
  await page.locator('a[href^="/recordings/"]').first().click();
  const tags = page.getByRole('region', { name: '标签' });
  await tags.getByRole('combobox').fill('投诉样本');
  await tags.getByRole('button', { name: '添加标签' }).click();
  await expect(tags.getByText('投诉样本', { exact: true })).toBeVisible();
  await picture(page, 'recording-tagged');
  expect(await violations(page)).toEqual([]);
  await page.goto('/recordings');
  await expect(page.locator('tbody a').first()).toBeVisible();
  const all = await page.locator('tbody a').count();
  await page.getByRole('button', { name: '更多条件' }).click();
  await page.getByLabel('标签').click();
  await page.getByTitle('投诉样本', { exact: true }).click();
  await expect(page.locator('tbody a')).toHaveCount(1);
  expect(all).toBeGreaterThan(1);
  await page.getByRole('button', { name: '保存检索' }).first().click();
  await page.getByLabel('名称').fill('投诉样本复核');
  await page.getByRole('tooltip').getByRole('button', { name: '保存检索' }).click();
  await expect(page.getByLabel('名称')).toHaveCount(0);
  await page.goto('/recordings');
  await expect(page.locator('tbody a')).toHaveCount(all);
  await page.getByRole('button', { name: '常用检索' }).click();
  await picture(page, 'recordings-saved');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: '投诉样本复核', exact: true }).click();
  await expect(page.locator('tbody a')).toHaveCount(1);
  await expect(page).toHaveURL(/tag=/);
  await picture(page, 'recordings-by-tag');
  await page.locator('tbody a').first().click();
  await page.getByRole('button', { name: '去掉标签 投诉样本' }).click();
  await expect(tags.getByText('投诉样本', { exact: true })).toHaveCount(0);
  await page.goto('/audit');
  await expect(page.getByText('去掉标签').first()).toBeVisible(); // Rule S-04
  expect(wrong).toEqual([]);
});

/** Rule T-07: an administrator makes a trunk, changes it and takes it out; one of the configuration file stays. */
test('trunks are made, changed and taken out', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'admin');
  await page.goto('/trunks');
  await page.getByRole('button', { name: '新建线路' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('名称').fill('Nord');
  await drawer.getByLabel('地址').fill('192.0.2.7:5060');
  await drawer.getByLabel('密码', { exact: true }).fill('a secret of the carrier');
  await drawer.getByLabel('主叫号码', { exact: true }).fill('95500');
  await drawer.getByLabel('语音加密').click();
  await page.getByTitle('必须加密', { exact: true }).click();
  await expect(drawer.getByText('未用 TLS，途中可能读到密钥')).toBeVisible();
  await picture(page, 'trunk-srtp');
  await drawer.getByLabel('启用').click(); // off: nothing is to be sent there
  await drawer.getByLabel('最多同时通话').fill('30');
  await drawer.getByRole('button', { name: '添加代码' }).click();
  await drawer.getByRole('button', { name: '添加改写' }).click();
  await drawer.getByLabel('前缀', { exact: true }).fill('+86');
  await picture(page, 'trunk-drawer');
  expect(await violations(page)).toEqual([]);
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer.getByRole('alert').first()).toBeVisible(); // the name has a capital
  await drawer.getByLabel('名称').fill('nord');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer).toHaveCount(0);
  const row = page.getByRole('row', { name: /nord/ });
  await expect(row).toContainText('停用');
  await expect(row).toContainText('0 / 30');
  await expect(row).toContainText('UDP · SRTP');

  await page.getByRole('button', { name: '修改线路 nord' }).click();
  await expect(drawer.getByText('已设密码；留空则不变')).toBeVisible();
  await expect(drawer.getByLabel('SIP 代码')).toHaveValue('403');
  await drawer.getByLabel('优先级').fill('70');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(row).toContainText('优先级 70');

  await page.getByRole('button', { name: '修改线路 nord' }).click();
  await drawer.getByRole('button', { name: '移除线路' }).click();
  await page.getByRole('tooltip').getByRole('button', { name: '移除线路' }).click();
  await expect(row).toHaveCount(0);

  await page.getByRole('button', { name: /^修改线路/ }).first().click();
  await expect(drawer.getByText('此线路写在配置文件里')).toBeVisible();
  await expect(drawer.getByLabel('地址')).toBeDisabled();
  await expect(drawer.getByRole('button', { name: '移除线路' })).toHaveCount(0);
  await drawer.getByLabel('测试号码').fill('+8613800000001');
  await drawer.getByRole('button', { name: /保\s*存/ }).click();
  await expect(drawer).toHaveCount(0);

  await test.step('a trunk is tested by a recorded call', async () => {
    await page.getByRole('button', { name: /^测试线路/ }).first().click();
    await drawer.getByRole('button', { name: '拨打 +8613800000001' }).click();
    await expect(drawer.getByText('测试中')).toBeVisible();
    const probe = drawer.locator('.probe').first();
    await expect(probe).toHaveAttribute('data-outcome', 'answered', { timeout: 60_000 });
    await expect(probe.locator('[data-state="verified"]')).toBeVisible({ timeout: 60_000 });
    const sound = probe.locator('audio');
    await sound.evaluate((a: HTMLAudioElement) => a.play());
    await expect.poll(() => sound.evaluate((a: HTMLAudioElement) => a.currentTime)).toBeGreaterThan(0.5);
    await picture(page, 'trunk-probe');
    expect(await violations(page)).toEqual([]);
  });
  expect(wrong).toEqual([]);
});

/** Rule S-01. */
/** Rule S-04: an auditor has the whole system verified, and sees the result. */
test('an auditor verifies log, records and recordings', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'sunyue');
  await page.goto('/evidence');
  await expect(page.getByText(/^(house\.test|demo\.huifang\.invalid)$/)).toBeVisible();
  await page.getByRole('button', { name: '开始核验' }).click();
  const result = page.getByRole('region', { name: '上次核验（本实例）' });
  await expect(result).toContainText('全部相符', { timeout: 60_000 });
  await expect(result).toContainText('孙悦');
  await picture(page, 'evidence-verified');
  expect(await violations(page)).toEqual([]);
  await page.goto('/audit');
  await expect(page.getByRole('row', { name: /核验证据/ }).first()).toContainText('S-04');
  expect(wrong).toEqual([]);
});

/** Rules T-01, T-02: calls and objects are compared, and a difference is closed with a reason. */
test('the records head compares and closes a difference', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'zhouqi');
  await page.goto('/reconciliation');
  const today = new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });
  const yesterday = new Date(Date.now() - 86_400_000).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });
  await page.getByPlaceholder('从').fill(yesterday);
  await page.getByPlaceholder('至').fill(today);
  await page.getByPlaceholder('至').press('Enter');
  await page.getByRole('button', { name: '立即核对' }).click();
  const row = page.getByRole('row', { name: /对象没有记录/ });
  await expect(row).toContainText('5 bytes', { timeout: 60_000 });
  expect(await violations(page)).toEqual([]);
  await picture(page, 'reconciliation-open');
  await row.getByRole('button', { name: /关\s*闭/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: /关\s*闭/ }).last()).toBeDisabled();
  await dialog.getByLabel('原因').fill('试放的对象，到期后删除');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: /关\s*闭/ }).last().click();
  await expect(row).toHaveCount(0);
  await page.getByText('已关闭', { exact: true }).click();
  await expect(row).toContainText('试放的对象，到期后删除');
  await expect(row).toContainText('周琪');
  await picture(page, 'reconciliation-closed');
  expect(wrong).toEqual([]);
});

/** Rule T-02: the head of records puts a recording under a legal hold, and releases it. */
test('a recording is held for a case, and released', async ({ page }) => {
  const wrong = complaints(page);
  await signIn(page, 'zhouqi');
  await page.goto('/recordings');
  await page.locator('tbody a').first().click();
  await page.getByRole('button', { name: /^冻\s*结$/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('案号').fill('2026-诉-17');
  await dialog.getByLabel('原因').fill('客户起诉');
  await dialog.getByRole('button', { name: /^冻\s*结$/ }).click();
  await expect(page.getByText('因 2026-诉-17 冻结')).toBeVisible();
  await picture(page, 'recording-held');
  expect(await violations(page)).toEqual([]);
  await page.goto('/recordings');
  await page.getByRole('button', { name: '更多条件' }).click();
  await page.getByLabel('冻结').click();
  await page.getByTitle('冻结中').click();
  await expect(page).toHaveURL(/held=yes/);
  await expect(page.locator('tbody a')).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  await page.goto('/retention');
  const row = page.getByRole('row', { name: /2026-诉-17/ });
  await expect(row).toContainText('冻结中');
  await row.getByRole('button', { name: '查看录音 2026-诉-17' }).click();
  await picture(page, 'retention');
  expect(await violations(page)).toEqual([]);
  await row.getByRole('button', { name: /解除冻结/ }).click();
  await page.getByRole('dialog').getByLabel('原因').fill('撤诉');
  await page.getByRole('dialog').getByRole('button', { name: /^解\s*除$/ }).click();
  await expect(row).toContainText('已解除');
  await expect(row).toContainText('撤诉');
  expect(wrong).toEqual([]);
});

test('pages of other roles say that there is no right', async ({ page }) => {
  await signIn(page, 'lihua');
  for (const path of ['/recordings', '/users', '/audit', '/tasks']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: '没有权限' })).toBeVisible();
  }
  expect(demo.sign_ins.length).toBeGreaterThan(5);
});
