import { chromium, expect, test, type Page } from '@playwright/test';
import { callState, choose, hangUp, launch, look, passes, phone, picture, report, startWork, talked, withMicrophone, writeRecord } from './support';

/** What happens to offices: run by a Go test that afterwards reads what the recordings say. */
const facts: Record<string, string | null> = {};

async function talk(page: Page, login: string, customer: string, name: string): Promise<void> {
  await page.addInitScript(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (c) => {
      const stream = await open(c);
      Object.assign(globalThis, { testTrack: stream.getAudioTracks()[0] });
      return stream;
    };
  });
  page.on('dialog', (d) => void d.accept());
  await startWork(page, login);
  await choose(page, customer);
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  facts[name] = await phone(page).getAttribute('data-call-id');
  report('failures.json', facts);
  await talked(page, 3);
}

const unheard = (page: Page) => page.locator('.strip[data-state="unheard"]');

test('a track that is switched off still sends; a headset that is pulled is replaced @failures', async ({ page }) => {
  await talk(page, 'lihua', '王小明', 'headset');
  await page.evaluate(() => { (globalThis as unknown as { testTrack: MediaStreamTrack }).testTrack.enabled = false; });
  await expect(phone(page).locator('.call-time')).toHaveText(/00:(0[89]|1\d)/, { timeout: 20_000 });
  await expect(unheard(page)).toHaveCount(0);
  await page.evaluate(() => { (globalThis as unknown as { testTrack: MediaStreamTrack }).testTrack.enabled = true; });
  // What the browser does when the device goes: the track ends.
  await page.evaluate(() => {
    const { testTrack } = globalThis as unknown as { testTrack: MediaStreamTrack };
    Object.assign(globalThis, { pulled: testTrack });
    testTrack.stop();
    testTrack.dispatchEvent(new Event('ended'));
  });
  await expect.poll(() => page.evaluate(() => {
    const { testTrack, pulled } = globalThis as unknown as { testTrack: MediaStreamTrack; pulled: MediaStreamTrack };
    return testTrack !== pulled && testTrack.readyState;
  })).toBe('live');
  await expect(page.locator('.strip[data-state="microphone_changed"]')).toContainText('所选麦克风已拔出');
  await picture(page, 'headset-pulled');
  await page.waitForFunction(() => document.querySelector('.call-time')?.textContent?.match(/00:(1[5-9]|[2-5]\d)/));
  await expect(unheard(page)).toHaveCount(0);
  await callState(page, 'talking');
  await hangUp(page);
  await writeRecord(page, '其他');
});

/** A browser of its own that can be killed, with a call up; gives what the next one is signed in with. */
async function killed(login: string, customer: string, name: string) {
  const server = await chromium.launchServer({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: withMicrophone });
  const first = await chromium.connect(server.wsEndpoint());
  const context = await first.newContext(look);
  await talk(await context.newPage(), login, customer, name);
  const storageState = await context.storageState();
  const dead = new Promise((resolve) => server.process().on('exit', resolve));
  server.process().kill('SIGKILL');
  await dead;
  return storageState;
}

test('the browser is killed and comes back @failures', async () => {
  test.setTimeout(180_000);
  const storageState = await killed('wangfang', '王小明', 'back');
  await passes(6_000);
  const again = await launch(withMicrophone);
  const later = await (await again.newContext({ ...look, storageState })).newPage();
  later.on('dialog', (d) => void d.accept());
  const from = Date.now();
  await later.goto('/desk');
  await callState(later, 'talking');
  await expect(phone(later)).toHaveAttribute('data-peer', 'connected', { timeout: 15_000 });
  report('back.json', { ms: Date.now() - from });
  await passes(8_000); // of talk
  await callState(later, 'talking');
  await hangUp(later);
  await writeRecord(later, '其他');
  await again.close();
});

test('the browser is killed and does not come back @failures', async () => {
  test.setTimeout(180_000);
  const storageState = await killed('zhaolei', '刘洋', 'gone');
  await passes(34_000); // the server waits for thirty
  const again = await launch(withMicrophone);
  const later = await (await again.newContext({ ...look, storageState })).newPage();
  await later.goto('/desk');
  await callState(later, 'wrapup');
  await writeRecord(later, '其他');
  await again.close();
});
