/**
 * A driver for the stock Firefox of the distribution, over WebDriver BiDi: Playwright's own Firefox is a build that
 * cannot be had everywhere, and its driver speaks commands that a stock one does not know. https://w3c.github.io/webdriver-bidi/
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = Record<string, unknown>;
interface Waiting { resolve: (value: Json) => void; reject: (err: Error) => void }

const startLimit = 60_000; // ms; a first start makes a profile

export class Firefox {
  private next = 0;
  private readonly waiting = new Map<number, Waiting>();
  private context = '';
  /** What the page's console and its uncaught errors said. */
  readonly complaints: string[] = [];

  private constructor(private readonly process: ChildProcess, private readonly profile: string, private readonly socket: WebSocket) {
    socket.addEventListener('message', (m) => this.take(JSON.parse(String(m.data)) as Json));
    socket.addEventListener('close', () => this.waiting.forEach((w) => w.reject(new Error('Firefox has closed the connection'))));
  }

  /** Starts a Firefox with a profile of its own and one window. */
  static async launch(prefs: Record<string, boolean | number | string>, env: Record<string, string> = {}): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'huifang-firefox-'));
    writeFileSync(join(profile, 'user.js'), Object.entries({ ...quiet, ...prefs }).map(([k, v]) => `user_pref(${JSON.stringify(k)}, ${JSON.stringify(v)});\n`).join(''));
    const process = spawn(globalThis.process.env.FIREFOX ?? 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...globalThis.process.env, ...env } });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`Firefox says nothing of BiDi: ${said}`)), startLimit);
        let said = '';
        process.on('error', reject);
        process.on('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
        process.stderr.on('data', (d: Buffer) => {
          const found = /WebDriver BiDi listening on (ws:\S+)/.exec((said += d.toString()));
          if (!found) return;
          clearTimeout(limit);
          resolve(found[1] ?? '');
        });
      });
      const socket = new WebSocket(`${url}/session`);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', () => reject(new Error('Firefox does not take the connection')));
      });
      const firefox = new Firefox(process, profile, socket);
      await firefox.begin();
      return firefox;
    } catch (err) {
      process.kill('SIGKILL');
      throw err;
    }
  }

  /** Runs a script before those of every page. */
  preload(script: string): Promise<Json> {
    return this.send('script.addPreloadScript', { functionDeclaration: `() => { ${script} }` });
  }

  goto(url: string): Promise<Json> {
    return this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /** The value of an expression in the page, as JSON brings it over. */
  async value<T>(expression: string): Promise<T> {
    const r = await this.send('script.evaluate', { expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`, target: { context: this.context }, awaitPromise: true });
    if (r.type !== 'success') throw new Error(`${expression}: ${JSON.stringify(r.exceptionDetails)}`);
    return JSON.parse((r.result as { value: string }).value) as T;
  }

  /** Waits until an expression holds in the page. */
  async until(expression: string, limit = 20_000): Promise<void> {
    const end = Date.now() + limit;
    let last: unknown;
    while (Date.now() < end) {
      last = await this.value(expression).catch((err: unknown) => String(err)); // the page may be changing
      if (last === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`waited in vain for ${expression}, which is ${JSON.stringify(last)}`);
  }

  /** Clicks the middle of an element with the mouse, as a user does. */
  async click(selector: string): Promise<void> {
    const at = `(() => { const e = ${element(selector)}; if (!e || e.disabled) return null; e.scrollIntoView({ block: 'center' }); const b = e.getBoundingClientRect(); const x = Math.round(b.x + b.width / 2), y = Math.round(b.y + b.height / 2); return b.width && e.contains(document.elementFromPoint(x, y)) ? { x, y } : null; })()`;
    await this.until(`${at} !== null`);
    // Where it stands still and nothing covers it: what opens and closes moves for a moment.
    await this.until(`(async () => { const a = JSON.stringify(${at}); await new Promise((r) => setTimeout(r, 250)); return a !== 'null' && a === JSON.stringify(${at}); })()`);
    const { x, y } = await this.value<{ x: number; y: number }>(at);
    await this.send('input.performActions', { context: this.context, actions: [{ type: 'pointer', id: 'mouse', actions: [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }] }] });
  }

  /** Types into an element, which is clicked first. */
  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.keys([...text]);
  }

  /** Presses keys one after another; those of a chord stay down together. */
  async keys(keys: string[], chord = false): Promise<void> {
    const down = keys.map((value) => ({ type: 'keyDown', value }));
    const up = keys.map((value) => ({ type: 'keyUp', value }));
    const actions = chord ? [...down, ...up.reverse()] : keys.flatMap((_, i) => [down[i], up[i]]);
    await this.send('input.performActions', { context: this.context, actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** A picture of the page, as a PNG file. */
  async picture(path: string): Promise<void> {
    const { data } = await this.send('browsingContext.captureScreenshot', { context: this.context });
    writeFileSync(path, Buffer.from(String(data), 'base64'));
  }

  async close(): Promise<void> {
    await this.send('browser.close', {}).catch(() => undefined);
    await new Promise<void>((resolve) => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) return resolve();
      const limit = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
      this.process.on('exit', () => {
        clearTimeout(limit);
        resolve();
      });
    });
    rmSync(this.profile, { recursive: true, force: true });
  }

  private async begin(): Promise<void> {
    await this.send('session.new', { capabilities: {} });
    await this.send('session.subscribe', { events: ['log.entryAdded'] });
    const tree = (await this.send('browsingContext.getTree', {})) as { contexts: Array<{ context: string }> };
    this.context = tree.contexts[0]?.context ?? '';
    await this.send('browsingContext.setViewport', { context: this.context, viewport: { width: 1280, height: 660 } });
  }

  private send(method: string, params: Json): Promise<Json> {
    const id = ++this.next;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  private take(m: Json): void {
    if (m.method === 'log.entryAdded') {
      const entry = m.params as { level: string; text: string };
      if (entry.level === 'error') this.complaints.push(entry.text);
    }
    const w = this.waiting.get(m.id as number);
    if (!w) return;
    this.waiting.delete(m.id as number);
    if (m.type === 'success') w.resolve(m.result as Json);
    else w.reject(new Error(`${String(m.error)}: ${String(m.message)}`));
  }
}

/** A selector, or `text=...` for a button with that text or label. */
function element(selector: string): string {
  const text = /^text=(.*)$/.exec(selector)?.[1];
  if (!text) return `document.querySelector(${JSON.stringify(selector)})`;
  return `[...document.querySelectorAll('button, label, [role=tab]')].filter((b) => b.offsetParent && b.innerText.replace(/\\s/g, '') === ${JSON.stringify(text.replace(/\s/g, ''))}).at(-1)`;
}

/** Nothing of a first start, nothing to the network. */
const quiet = {
  'browser.shell.checkDefaultBrowser': false, 'browser.startup.homepage_override.mstone': 'ignore', 'browser.startup.page': 0, 'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false, 'app.normandy.enabled': false, 'app.update.enabled': false, 'extensions.update.enabled': false, 'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false, 'browser.safebrowsing.malware.enabled': false, 'browser.safebrowsing.phishing.enabled': false, 'services.settings.server': 'data:,',
  'browser.aboutwelcome.enabled': false, 'termsofuse.bypassNotification': true, 'dom.disable_beforeunload': true, 'intl.locale.requested': 'zh-CN', 'intl.accept_languages': 'zh-CN, zh',
};
