import { describe, expect, it } from 'vitest';
import type { CallSnapshot } from '@/api/types';
import type { ServerEvent } from './protocol';
import { initialState, isAnswered, isLive, reduce, type SoftphoneState } from './reducer';

const snapshot = (id: string, state: string) => ({ id, state, recording: { id: `r-${id}`, state: 'spooling' } }) as unknown as CallSnapshot;
const event = (type: string, data: object, seq = 1) => ({ type: 'event' as const, event: { seq, type, data } as unknown as ServerEvent });
const play = (...actions: Array<Parameters<typeof reduce>[1]>): SoftphoneState => actions.reduce(reduce, initialState);

describe('what the page knows of its softphone', () => {
  it('a closed call is no call', () => {
    expect(play(event('call.state', snapshot('a', 'talking'))).call?.id).toBe('a');
    expect(play(event('call.state', snapshot('a', 'talking')), event('call.state', snapshot('a', 'closed'))).call).toBeNull();
  });

  it('a hello that resets forgets what was known, one that does not keeps it', () => {
    const hello = (reset: boolean) => event('hello', { reset, agent: { state: 'ready' }, media: { state: 'none', ice_servers: [], relay_only: false }, call: null, system: null });
    const known = event('notice', { code: 'recording_failed', params: {} }, 7);
    expect(play(known, hello(false)).notices).toHaveLength(1);
    expect(play(known, hello(true))).toMatchObject({ notices: [], resets: 1 });
  });

  it('quality belongs to its call and is gone when that ends', () => {
    const quality = event('call.quality', { call_id: 'a', agent: {}, customer: {}, one_way: '' });
    expect(play(event('call.state', snapshot('b', 'talking')), quality).quality).toBeNull();
    const heard = play(event('call.state', snapshot('a', 'talking')), quality);
    expect(heard.quality?.call_id).toBe('a');
    expect(reduce(heard, event('call.state', snapshot('a', 'wrapup'))).quality).toBeNull();
  });

  it("a recording's state that comes later is the one shown (Rule T-01)", () => {
    const state = play(event('call.state', snapshot('a', 'wrapup')), event('recording.state', { recording_id: 'r-a', call_id: 'a', state: 'verified', error: '' }));
    expect(state.call?.recording.state).toBe('verified');
  });

  it.each([['ringing', true, false], ['announcing', true, true], ['held', true, true], ['wrapup', false, false]])('%s: live %s, answered %s', (state, live, answered) => {
    expect(isLive(snapshot('a', state))).toBe(live);
    expect(isAnswered(snapshot('a', state))).toBe(answered);
  });
});
