import type { Shape } from '../shape';
import type { tokens as zh } from '../zh-CN/tokens';

/** API tokens. */
export const tokens: Shape<typeof zh> = {
  title: 'API tokens', note: 'For other programs of the house: a token does what its scopes say and no more, is shown once, and can be revoked at any time; whatever it does is in the audit log under its name (C-22).', empty: 'There are no API tokens yet.', new: 'New token', make: 'Make',
  name: 'Name', nameMeans: 'Say which program uses it; the audit log shows this name.', scopes: 'Scopes', noSound: 'No token hears recordings: people do, by role or by an approved grant.', days: 'Valid for days', perMinute: 'Requests a minute', made: 'Made', used: 'Last used', never: 'never', expires: 'Ends', state: 'State',
  valid: 'Valid', expired: 'Expired', revoked: 'Revoked', revoke: 'Revoke', revokeOne: 'Revoke token {{name}}', revokeMeans: 'Once “{{name}}” is revoked, the program that uses it cannot call the API any more.',
  once: 'Copy it now and keep it safe: the token is not shown again.', secret: 'Token', copy: 'Copy', copied: 'Copied', howTo: 'Send it after Authorization: Bearer; give requests that may be sent twice an Idempotency-Key.',
};
