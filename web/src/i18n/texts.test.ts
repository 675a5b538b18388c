import { describe, expect, it } from 'vitest';
import { agentStates, callStates, channels, dispositions, hearings, markKinds, mediaStates, outcomes, parties, pauseReasons, problemReasons, recordingStates, roles, taskKinds, taskStates } from '@/api/types';
import { en } from './en';
import { zh } from './zh-CN';

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === 'string') out.set(at, value);
    else flat(value, at).forEach((v, k) => out.set(k, v));
  }
  return out;
}

const places = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const chinese = flat(zh);
const english = flat(en);

describe('texts', () => {
  it('are there in both languages, key by key', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it('name the same values in both', () => {
    for (const [key, text] of chinese) expect(places(english.get(key) ?? ''), key).toEqual(places(text));
  });

  it('are never empty, and English has no Chinese in it', () => {
    for (const [key, text] of chinese) expect(text.trim(), key).not.toBe('');
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it.each([
    ['role', roles], ['callState', callStates], ['taskState', taskStates], ['taskKind', taskKinds], ['outcome', outcomes], ['recordingState', recordingStates],
    ['disposition', dispositions], ['agentState', agentStates], ['mediaState', mediaStates], ['party', parties], ['channel', channels], ['markKind', markKinds], ['monitor', hearings], ['pauseReason', pauseReasons], ['reason', problemReasons],
  ] as const)('have a word for each %s of the server, and no other', (group, set) => {
    expect(Object.keys(zh.word[group]).sort()).toEqual([...set].sort());
  });
});
