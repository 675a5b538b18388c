import type { Shape } from '../shape';
import type { users as zh } from '../zh-CN/users';

/** Users and roles. */
export const users: Shape<typeof zh> = {
  title: 'Users', note: 'Accounts, roles, departments. Disabling an account or changing its password ends its sessions at once.', search: 'Name, account, staff number', noMatch: 'No user matches.', new: 'New user', change: 'Edit {{name}}', name: 'Name', login: 'Account', staffNumber: 'Staff number', roles: 'Roles', department: 'Department', superior: 'Superior', superiorMeans: 'Slips and cases that miss their time go up this line, one step a working day (C-18).', languages: 'Languages', skills: 'Skills', skillsMeans: 'Plans may ask for them; type one and press Enter.',
  disabled: 'Disabled', disabledMeans: 'A disabled account cannot sign in.', sessions: 'Sessions', password: 'First password', newPassword: 'New password', passwordKeeps: 'Leave empty to keep it; at least {{n}} characters.', passwordLength: 'At least {{n}} characters.',
};
