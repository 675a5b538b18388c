import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Firefox } from './bidi';
import { Speaker } from './speaker';
import { demo, outDir, report } from './support';

const alt = '\uE00A';
const state = (name: string) => `document.querySelector('section.phone')?.dataset.${name}`;

/** The whole call of call.spec.ts in the Firefox that Debian ships; who starts this one listens to the recording. */
test('Firefox ESR makes a whole call @firefox', async () => {
  test.setTimeout(180_000);
  const speaker = await Speaker.start(); // without one Firefox gives up playing a recording
  const firefox = await Firefox.launch({
    'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true, 'media.autoplay.default': 0,
    // The server under test is on loopback, which Firefox leaves out otherwise.
    'media.peerconnection.ice.loopback': true, 'media.peerconnection.ice.obfuscate_host_addresses': false,
  }, speaker.env);
  try {
    await firefox.preload(`
      if (!location.protocol.startsWith('http')) return;
      localStorage.setItem('huifang.language', 'zh-CN');
      localStorage.setItem('huifang.audio', '{"echoCancellation":false,"noiseSuppression":false,"autoGainControl":false}');
      const Sound = Audio;
      globalThis.Audio = function (...args) { return (globalThis.testAudio = new Sound(...args)); }; // the player's is not in the page
      const open = MediaDevices.prototype.getUserMedia;
      MediaDevices.prototype.getUserMedia = async function (c) { const s = await open.call(this, c); globalThis.testTrack = s.getAudioTracks()[0]; return s; };`);
    const account = demo.sign_ins.find((s) => s.login === 'lihua');
    await firefox.goto(`${demo.address}/login`);
    await firefox.type('input[autocomplete="username"], input[type="text"]', 'lihua');
    await firefox.type('input[type="password"]', account?.password ?? '');
    await firefox.click('text=登录');
    await firefox.until(`location.pathname === '/check'`);
    await firefox.click('text=进入就绪');
    await firefox.until(`location.pathname === '/desk' && ${state('agentState')} === 'ready' && ${state('peer')} === 'connected'`);
    await firefox.type('input[placeholder*="姓名"]', '王小明');
    await firefox.click('button.task');
    await firefox.until(`document.querySelector('.card-name')?.innerText.includes('王小明') && document.querySelector('.gate')?.dataset.state === 'allowed'`);
    await firefox.keys([alt, 'd'], true);
    await firefox.until(`${state('callState')} === 'talking'`, 40_000);
    await firefox.until(`document.querySelector('.call-time')?.innerText >= '00:10'`, 30_000);
    expect(await firefox.value(`document.querySelector('.quality').dataset.state`)).toMatch(/good|fair|poor/);

    // A track that is switched off still sends: the agent is there, only silent. The time is
    // counted from here: a machine that stands still shows :10 late and :14 at once.
    await firefox.value(`(() => { testTrack.enabled = false; globalThis.mutedAt = performance.now(); })()`);
    await firefox.until(`performance.now() - mutedAt > 6000`, 30_000);
    expect(await firefox.value(`document.querySelector('.strip[data-state="unheard"]') === null`)).toBe(true);
    await firefox.value(`(() => { testTrack.enabled = true; })()`);

    const recordingId = await firefox.value(`document.querySelector('section.phone .lamp').dataset.recordingId`);
    const callId = await firefox.value(state('callId') ?? '');
    await firefox.keys([alt, 'h'], true);
    await firefox.until(`document.querySelector('[role="dialog"]') !== null`);
    await firefox.click('[role="dialog"] .ant-modal-footer .ant-btn:last-child, .ant-modal-confirm-btns .ant-btn:last-child');
    await firefox.until(`${state('callState')} === 'wrapup'`);
    await firefox.click('text=其他');
    for (const [field, text] of [['content', '在火狐里通话'], ['problems', '无'], ['handling', '无']] as const) await firefox.type(`#record-${field}`, text);
    await firefox.click('text=完成小结');
    await firefox.until(`${state('callState')} === 'none'`);
    report('firefox.json', { recording_id: recordingId, call_id: callId });

    // An auditor replays it in the same browser: what is stored plays there too, and seeks.
    await firefox.value(`fetch('/api/v1/session', { method: 'DELETE' }).then((r) => r.status)`);
    const auditor = demo.sign_ins.find((s) => s.login === 'sunyue');
    await firefox.goto(`${demo.address}/login`);
    await firefox.type('input[autocomplete="username"], input[type="text"]', 'sunyue');
    await firefox.type('input[type="password"]', auditor?.password ?? '');
    await firefox.click('text=登录');
    await firefox.until(`location.pathname !== '/login'`);
    await firefox.goto(`${demo.address}/recordings/${String(recordingId)}`);
    await firefox.until(`globalThis.testAudio?.readyState >= 1 && document.querySelector('button.player-play') !== null`, 40_000);
    await firefox.click('button.player-play');
    await firefox.until('testAudio.currentTime > 1.5 && !testAudio.paused', 60_000);
    await firefox.value('(() => { testAudio.currentTime = 8; })()');
    await firefox.until('testAudio.currentTime > 8.5 && !testAudio.seeking', 60_000);
    expect(await firefox.value('testAudio.error?.message ?? ""')).toBe('');
    expect(firefox.complaints.filter((c) => !/inline style|style-src|NetworkError when attempting/i.test(c))).toEqual([]);
  } catch (err) {
    await firefox.picture(join(outDir, 'firefox.png')).catch(() => undefined);
    throw err;
  } finally {
    await firefox.close();
    speaker.stop();
  }
});
