import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { roles, type NewUser, type User, type UserPatch } from '@/api/types';
import { Checks } from '@/components/Checks';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { patchOf, type Values } from './patch';

const languages = ['zh-CN', 'en', 'yue'] as const;
const shortest = 10; // characters of a password, as the server wants

/** Makes an account, or changes one. A new password ends the user's sessions. */
export function UserDrawer({ user, departments, people, onClose }: { user: User | null; departments: Array<{ id: string; name: string }>; people: User[]; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (values: Values) => (user ? api.patch<User>(`/users/${user.id}`, patchOf(user, values) satisfies UserPatch) : api.post<User>('/users', newUser(values))),
    onSuccess: () => {
      void message.success(t('common.saved'));
      void queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
    onError: (err) => form.setFields(Object.entries(asApiError(err).fields).map(([name, text]) => ({ name: name as keyof Values, errors: [text] }))),
  });
  const required = { required: true, message: t('common.required') };
  return (
    <Drawer open size={420} title={user ? t('users.change', { name: user.name }) : t('users.new')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} />}
      <Form<Values> form={form} layout="vertical" initialValues={user ? { ...user, department_id: user.department?.id, superior_id: user.superior?.id, password: '' } : { roles: ['agent'], languages: ['zh-CN'] }} onFinish={(values) => save.mutate(values)} scrollToFirstError={{ focus: true }}>
        {!user && <Form.Item name="login" label={t('users.login')} rules={[required]}><Input autoComplete="off" autoCapitalize="none" spellCheck={false} /></Form.Item>}
        <Form.Item name="name" label={t('users.name')} rules={[required]}><Input autoComplete="off" /></Form.Item>
        {!user && <Form.Item name="staff_number" label={t('users.staffNumber')} rules={[required]}><Input autoComplete="off" /></Form.Item>}
        <Form.Item name="roles" label={t('users.roles')} rules={[{ ...required, type: 'array', min: 1 }]}>
          <Checks label={t('users.roles')} options={roles.map((r) => ({ value: r, label: word('role', r) }))} />
        </Form.Item>
        <Form.Item name="languages" label={t('users.languages')}>
          <Checks label={t('users.languages')} options={languages.map((l) => ({ value: l, label: word('language', l) }))} />
        </Form.Item>
        <Form.Item name="skills" label={t('users.skills')} extra={t('users.skillsMeans')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ';']} /></Form.Item>
        <Form.Item name="department_id" label={t('users.department')}><Select allowClear={!user?.department} options={departments.map((d) => ({ value: d.id, label: d.name }))} /></Form.Item>
        <Form.Item name="superior_id" label={t('users.superior')} extra={t('users.superiorMeans')}>
          <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={people.filter((p) => p.id !== user?.id && !p.disabled).map((p) => ({ value: p.id, label: `${p.name} · ${p.staff_number}` }))} />
        </Form.Item>
        <Form.Item name="password" label={t(user ? 'users.newPassword' : 'users.password')} extra={t(user ? 'users.passwordKeeps' : 'users.passwordLength', { n: shortest })} rules={user ? [{ min: shortest, message: t('users.passwordLength', { n: shortest }) }] : [required, { min: shortest, message: t('users.passwordLength', { n: shortest }) }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {user && <Form.Item name="disabled" label={t('users.disabled')} valuePropName="checked" extra={t('users.disabledMeans')}><Switch /></Form.Item>}
      </Form>
    </Drawer>
  );
}

function newUser({ login, name, staff_number, roles: chosen, languages: spoken, skills, department_id, superior_id, password }: Values): NewUser {
  return { login: login.trim(), name: name.trim(), staff_number: staff_number.trim(), roles: chosen, languages: spoken, skills: skills ?? [], password, ...(department_id ? { department_id } : {}), ...(superior_id ? { superior_id } : {}) };
}
