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

  it('a call that rings is there until it does not', () => {
    const offered = play(event('call.offered', { offer_id: 'o', kind: 'transfer' }));
    expect(offered.offer?.offer_id).toBe('o');
    expect(reduce(offered, event('call.offer_ended', { offer_id: 'x', reason: 'declined' })).offer?.offer_id).toBe('o');
    expect(reduce(offered, event('call.offer_ended', { offer_id: 'o', reason: 'declined' })).offer).toBeNull();
  });

  it("a colleague's call is not one's own until it is given", () => {
    const guest = { ...snapshot('a', 'held'), guest: true };
    const helping = play(event('call.state', guest));
    expect(helping).toMatchObject({ call: null, guest: { id: 'a' } });
    expect(reduce(helping, event('call.state', snapshot('a', 'talking')))).toMatchObject({ call: { id: 'a' }, guest: null });
    const over = reduce(helping, event('call.state', { ...guest, state: 'closed', reason: 'transfer_returned' }, 9));
    expect(over).toMatchObject({ call: null, guest: null, notices: [{ code: 'transfer_returned', key: 9 }] });
  });

  it('says where a call went that goes on without this softphone', () => {
    const mine = play(event('call.state', snapshot('a', 'held')));
    expect(reduce(mine, event('call.state', { ...snapshot('a', 'closed'), reason: 'transferred' }, 9)).notices).toMatchObject([{ code: 'call_transferred' }]);
    expect(reduce(mine, event('call.state', snapshot('a', 'closed'))).notices).toEqual([]);
  });

  it.each([['ringing', true, false], ['announcing', true, true], ['held', true, true], ['wrapup', false, false]])('%s: live %s, answered %s', (state, live, answered) => {
    expect(isLive(snapshot('a', state))).toBe(live);
    expect(isAnswered(snapshot('a', state))).toBe(answered);
  });
});
