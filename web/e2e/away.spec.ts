import { readdirSync, readFileSync } from 'node:fs';
import { chromium, expect, test, type Page } from '@playwright/test';
import { callState, choose, hangUp, launch, look, passes, phone, picture, rawMicrophone, report, startWork, talked, violations, withMicrophone, writeRecord } from './support';
import { behind, negotiations, router } from './router';

/**
 * Networks that go away, and computers that sleep, in the middle of a call: run by a Go test that starts the
 * routers and afterwards reads what recordings and carrier say. Each has an agent and a browser of its own.
 */
test.describe.configure({ mode: 'parallel', timeout: 180_000 });

async function talk(page: Page, login: string): Promise<string | null> {
  page.on('dialog', (d) => void d.accept());
  await rawMicrophone(page);
  await startWork(page, login);
  await choose(page, '王小明');
  await page.keyboard.press('Alt+d');
  await callState(page, 'talking', 40_000);
  await talked(page, 4);
  return phone(page).getAttribute('data-call-id');
}

/** The same call, and nothing that keeps it from being heard. */
async function resumed(page: Page, callId: string | null): Promise<number> {
  const from = Date.now();
  await expect(phone(page)).toHaveAttribute('data-link', 'open', { timeout: 30_000 });
  await expect(phone(page)).toHaveAttribute('data-peer', 'connected', { timeout: 30_000 });
  await expect.poll(() => page.locator('.strip').evaluateAll((all) => all.map((s) => s.dataset.state)), { timeout: 30_000 }).toEqual([]);
  await callState(page, 'talking');
  await expect(phone(page)).toHaveAttribute('data-call-id', callId ?? '');
  return Date.now() - from;
}

async function finish(page: Page, name: string, facts: object): Promise<void> {
  await passes(7_000); // of talk, which the recording is judged by
  await callState(page, 'talking');
  report(`away-${name}.json`, facts);
  await hangUp(page);
  await writeRecord(page, '其他');
}

/** A process and those that it has begun, from /proc. */
function family(pid: number): Array<{ pid: number; state: string }> {
  const all = readdirSync('/proc').filter((d) => /^\d+$/.test(d)).flatMap((d) => {
    try {
      const [, state = '', parent = ''] = /\) (\w) (\d+)/.exec(readFileSync(`/proc/${d}/stat`, 'utf8')) ?? [];
      return [{ pid: Number(d), state, parent: Number(parent) }];
    } catch {
      return []; // it has ended meanwhile
    }
  });
  const found = all.filter((p) => p.pid === pid);
  for (const p of found) found.push(...all.filter((c) => c.parent === p.pid)); // grows while it is walked
  return found.filter((p) => p.state !== 'Z');
}

/** A browser on a computer that can sleep: its processes stand still, and its network is gone. */
async function onLaptop(name: string) {
  const way = router(name);
  const server = await chromium.launchServer({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: withMicrophone });
  const pid = server.process().pid ?? 0;
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext({ ...look, baseURL: way.page });
  await behind(context, way);
  return {
    page: await context.newPage(),
    close: () => server.close(),
    sleep: async (ms: number) => {
      await way.tell('cut');
      for (const p of family(pid)) process.kill(p.pid, 'SIGSTOP');
      await expect.poll(() => family(pid).every((p) => p.state === 'T')).toBe(true);
      await passes(ms);
      for (const p of family(pid)) process.kill(p.pid, 'SIGCONT');
      await way.tell('mend');
    },
  };
}

test('the computer sleeps for longer than a customer waits @away', async () => {
  const laptop = await onLaptop('oversleep');
  const { page } = laptop;
  const call = await talk(page, 'zhaolei');
  report('away-oversleep.json', { call });
  await laptop.sleep(34_000); // the server waits for thirty
  await callState(page, 'wrapup', 30_000);
  await expect(phone(page)).toHaveAttribute('data-call-id', call ?? '');
  await expect(page.locator('.strip[data-state="agent_lost"]')).toContainText('30');
  await picture(page, 'overslept');
  expect(await violations(page)).toEqual([]);
  await writeRecord(page, '其他');
  await expect(page.locator('.strip[data-state="agent_lost"]')).toHaveCount(0);
  await laptop.close();
});

test('Wi-Fi is lost for ten seconds, then the address of the agent changes @away', async () => {
  const way = router('office');
  const browser = await launch(withMicrophone);
  const context = await browser.newContext({ ...look, baseURL: way.page });
  await behind(context, way);
  const page = await context.newPage();
  const call = await talk(page, 'lihua');

  await way.tell('cut');
  const says = page.locator('.strip[data-state="media"], .strip[data-state="offline"]');
  await Promise.all([passes(10_000), expect(says).toBeVisible({ timeout: 25_000 })]);
  await picture(page, 'wifi-lost');
  await way.tell('mend');
  const ms = await resumed(page, call);
  await passes(5_000); // of talk

  const before = await negotiations(page);
  await way.tell('move');
  // The socket was reset with the address; sound finds the way by ICE alone, with nothing negotiated anew.
  const movedMs = await resumed(page, call);
  await passes(5_000);
  expect(await negotiations(page)).toBe(before);
  await finish(page, 'office', { call, ms, moved_ms: movedMs });
  await browser.close();
});

test('the computer sleeps for twelve seconds @away', async () => {
  const laptop = await onLaptop('sleep');
  const call = await talk(laptop.page, 'anna');
  await laptop.sleep(12_000);
  const ms = await resumed(laptop.page, call);
  await finish(laptop.page, 'sleep', { call, ms });
  await laptop.close();
});
