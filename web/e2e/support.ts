/** What every browser test needs: accounts of the demo, sign-in, the softphone's state, and eyes for accessibility. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, expect, type Browser, type BrowserContextOptions, type Locator, type Page } from '@playwright/test';

interface Demo { address: string; sign_ins: Array<{ login: string; password: string }> }

/** The demo.json of the server under test: `huifang demo` writes it, and so does the Go test that starts us. */
export const demo = JSON.parse(readFileSync(process.env.HUIFANG_DEMO ?? '../data/demo.json', 'utf8')) as Demo;

/** Where facts and pictures for the caller go. */
export const outDir = process.env.HUIFANG_E2E_OUT ?? 'test-results/out';
mkdirSync(outDir, { recursive: true });

export const report = (name: string, facts: object): void => writeFileSync(join(outDir, name), JSON.stringify(facts));

export const look: BrowserContextOptions = { baseURL: demo.address, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1280, height: 660 }, reducedMotion: 'reduce' };

const basics = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--use-fake-device-for-media-stream'];
const microphone = (file: string | undefined) => [...basics, '--use-fake-ui-for-media-stream', ...(file ? [`--use-file-for-fake-audio-capture=${file}`] : [])];
export const withMicrophone = microphone(process.env.HUIFANG_E2E_VOICE);
/** For a second person, who says something else. */
export const withOtherMicrophone = microphone(process.env.HUIFANG_E2E_OTHER_VOICE);
export const refusing = [...basics, '--deny-permission-prompts'];

export const launch = (args: string[]): Promise<Browser> => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });

/** Sound as the microphone gives it: filters of the browser would change what is measured. */
export async function rawMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('huifang.audio', '{"echoCancellation":false,"noiseSuppression":false,"autoGainControl":false}'));
}

/**
 * What the page or its console complains of. Left out: answers of 4xx, which tests bring about, and the styles
 * that antd's scroll lock writes without our nonce; the frame of the page does not scroll, so nothing is lost.
 */
export function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on('pageerror', (err) => list.push(`page: ${err.message}`));
  page.on('console', (m) => {
    const { url } = m.location();
    // antd measures the scroll bar by a style that the page's policy blocks, as it should; it goes on without. A slow browser names no place.
    if (m.type() !== 'error' || /status of 4\d\d/.test(m.text()) || (/inline style/.test(m.text()) && (url === '' || /\/antd-/.test(url)))) return;
    list.push(`console: ${m.text()} at ${url}`);
  });
  return list;
}

export async function signIn(page: Page, login: string): Promise<void> {
  const account = demo.sign_ins.find((s) => s.login === login);
  if (!account) throw new Error(`no account ${login} in demo.json`);
  await page.goto('/login');
  await page.getByLabel(/账号|Account/).fill(login);
  await page.getByLabel(/^(密码|Password)$/).fill(account.password);
  await page.getByRole('button', { name: /^(登录|Sign in)$/ }).click();
  await expect(page).not.toHaveURL(/login/);
}

/** The softphone's bar; its data attributes are the state. */
export const phone = (page: Page): Locator => page.locator('section.phone');

/** Signs an agent in, through the check of the devices, up to the desk with audio connected. */
export async function startWork(page: Page, login: string): Promise<void> {
  await signIn(page, login);
  await expect(page).toHaveURL(/check/);
  await page.getByRole('button', { name: /^(进入就绪|Go ready)$/ }).click();
  await expect(page).toHaveURL(/desk/);
  await expect(phone(page)).toHaveAttribute('data-agent-state', 'ready');
  await expect(phone(page)).toHaveAttribute('data-peer', 'connected');
}

/** Brings a task of today's list to the front. */
export async function choose(page: Page, customer: string): Promise<void> {
  await page.getByPlaceholder(/姓名|Name/).fill(customer);
  await page.locator('button.task', { hasText: customer }).first().click();
  await expect(page.locator('.card-name')).toContainText(customer);
  await expect(page.locator('.gate')).toHaveAttribute('data-state', /allowed|refused|waiting/);
}

export const callState = (page: Page, state: string | RegExp, timeout = 20_000) => expect(phone(page)).toHaveAttribute('data-call-state', state, { timeout });

/** The call's clock has come so far; on a machine that stands still it leaves seconds out. */
export const talked = (page: Page, seconds: number) => expect.poll(async () => {
  const [minutes = 0, rest = 0] = (await phone(page).locator('.call-time').innerText()).split(':').map(Number);
  return 60 * minutes + rest;
}, { timeout: 20_000 + 1000 * seconds }).toBeGreaterThanOrEqual(seconds);

/** Lets time pass that a test is about. */
export async function passes(ms: number): Promise<void> {
  const from = Date.now();
  await expect.poll(() => Date.now() - from, { timeout: ms + 10_000, intervals: [250] }).toBeGreaterThan(ms);
}

/** Hangs up as an agent does: Alt+H, and the confirmation that Rule T-09 asks for. */
export async function hangUp(page: Page): Promise<void> {
  await page.keyboard.press('Alt+h');
  await page.getByRole('dialog').getByRole('button', { name: /^(挂断|Hang up)$/ }).click();
  await callState(page, 'wrapup');
}

/** Fills the record and finishes it (Rule C-01). */
export async function writeRecord(page: Page, disposition: string): Promise<void> {
  const form = page.locator('form.record');
  await form.getByText(disposition, { exact: true }).click();
  await form.locator('#record-content').fill('客户表示满意，安装顺利。');
  await form.locator('#record-problems').fill('无');
  await form.locator('#record-handling').fill('无');
  await form.getByRole('button', { name: /完成小结|Finish the record/ }).click();
  await callState(page, 'none');
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe { run: (where: Document, options: object) => Promise<{ violations: Array<{ id: string; help: string; nodes: Array<{ target: unknown; failureSummary?: string }> }> }> }

/** WCAG 2.1 AA violations of what is shown now, in words; empty is what a test wants. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${JSON.stringify(n.target)} ${n.failureSummary ?? ''}`));
  });
}

/** How many pixels the page is wider than the window. */
export const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Keys of texts that were shown as they are, because the text is missing. */
export async function rawKeys(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText();
  return text.match(/\b(?:word|common|fault|refusal|shell|nav|help|phone|quality|devices|microphone|check|desk|card|gate|proof|attempts|script|questionnaire|history|record|recordings|live|marks|calls|tasks|users|audit|sessions|system|transfer|programs|trunks|access|filings|slips|duties|coverage|messages|templates|visits|plans|ledger|retention|evidence|reconcile|numbers)\.[a-zA-Z]\w*/g) ?? [];
}

export const picture = (page: Page, name: string) => page.screenshot({ path: join(outDir, `${name}.png`), animations: 'disabled' });
