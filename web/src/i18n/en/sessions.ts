import type { Shape } from '../shape';
import type { sessions as zh } from '../zh-CN/sessions';

/** Sessions. */
export const sessions: Shape<typeof zh> = {
  title: 'Sessions', note: 'End a session that is not yours, and change your password at once.', user: 'User', empty: 'No sessions.', device: 'Device', current: 'This one', ip: 'Address', created: 'Signed in', lastSeen: 'Last seen', expires: 'Expires', revoke: 'End', revoked: 'The session is ended.', sure: 'End this session? A call in it is cut.',
};
