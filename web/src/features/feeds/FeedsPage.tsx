import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, Input, Select, Switch, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useDepartments } from '@/api/queries';
import { importKinds, type Feed, type FeedInput } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { Missing, useFeeds } from '@/features/imports/Missing';
import { useWord } from '@/i18n';

const weekdays = ['1', '2', '3', '4', '5', '6', '0'] as const;

/** Files that departments hand in every week, and those that did not come. Rules C-08, C-22. */
export default function FeedsPage() {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'administrator');
  const feeds = useFeeds();
  const [edited, setEdited] = useState<Feed | 'new'>();
  return (
    <Page title={t('feeds.title')} note={t('feeds.note')} actions={may && <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEdited('new')}>{t('feeds.new')}</Button>}>
      <Missing />
      <Load query={feeds} rows={6}>{(d) => (d.feeds.length === 0 ? <Nothing text={t('feeds.empty')} /> : <Rows feeds={d.feeds} onEdit={may ? setEdited : undefined} />)}</Load>
      {edited && <FeedDrawer feed={edited === 'new' ? null : edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

function Rows({ feeds, onEdit }: { feeds: Feed[]; onEdit?: (feed: Feed) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Feed> = [
    { title: t('feeds.name'), key: 'name', render: (_, f) => <><Link to={`/imports?feed_id=${f.id}`}>{f.name}</Link><div className="faint">{word('importKind', f.kind)}</div></> },
    { title: t('feeds.department'), key: 'department', width: 160, render: (_, f) => f.department.name },
    { title: t('feeds.weekday'), key: 'weekday', width: 110, render: (_, f) => word('weekday', String(f.weekday)) },
    { title: t('feeds.due'), key: 'due', width: 150, render: (_, f) => (f.ended_at ? <span className="faint">—</span> : <TimeText at={f.due_at} />) },
    { title: t('feeds.last'), key: 'last', width: 150, render: (_, f) => (f.last_at ? <><TimeText at={f.last_at} /><div className="faint num">{t('imports.weekOf', { day: f.last_week })}</div></> : <span className="faint">{t('feeds.never')}</span>) },
    { title: t('feeds.stands'), key: 'state', width: 160, render: (_, f) => {
      if (f.ended_at) return <Tag tone="grey">{t('feeds.ended')}</Tag>;
      if (f.missing.length > 0) return <Tag tone="red">{t('feeds.missed', { n: f.missing.length })}</Tag>;
      return <Tag tone={f.came ? 'green' : 'amber'}>{t(f.came ? 'feeds.came' : 'feeds.waits')}</Tag>;
    } },
  ];
  if (onEdit) columns.push({ title: <span className="unseen">{t('common.edit')}</span>, key: 'act', width: 90, align: 'right', render: (_, f) => <Button size="small" aria-label={t('feeds.change', { name: f.name })} onClick={() => onEdit(f)}>{t('common.edit')}</Button> });
  return <Table<Feed> size="middle" rowKey="id" className="panel" columns={columns} dataSource={feeds} pagination={false} scroll={{ x: 'max-content' }} />;
}

interface Values { name: string; kind: FeedInput['kind']; department_id: string; weekday: string; expected: boolean }

function FeedDrawer({ feed, onClose }: { feed: Feed | null; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const queries = useQueryClient();
  const departments = useDepartments();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ expected, weekday, ...v }: Values) => {
      const body: FeedInput = { ...v, weekday: Number(weekday), ended: !expected };
      return feed ? api.put<Feed>(`/feeds/${feed.id}`, body) : api.post<Feed>('/feeds', body);
    },
    onSuccess: () => { void queries.invalidateQueries({ queryKey: keys.feeds }); onClose(); },
  });
  const required = { required: true, message: t('common.required') };
  return (
    <Drawer open size={420} title={feed ? t('feeds.change', { name: feed.name }) : t('feeds.new')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} />}
      <Form<Values> form={form} layout="vertical" onFinish={(v) => save.mutate(v)} scrollToFirstError={{ focus: true }}
        initialValues={feed ? { name: feed.name, kind: feed.kind, department_id: feed.department.id, weekday: String(feed.weekday), expected: !feed.ended_at } : { kind: 'deliveries', weekday: '5', expected: true }}>
        <Form.Item name="name" label={t('feeds.name')} rules={[required]}><Input autoComplete="off" maxLength={60} /></Form.Item>
        <Form.Item name="kind" label={t('imports.kind')} rules={[required]}><Select options={importKinds.map((k) => ({ value: k, label: word('importKind', k) }))} /></Form.Item>
        <Form.Item name="department_id" label={t('feeds.department')} rules={[required]}><Select options={(departments.data?.departments ?? []).map((d) => ({ value: d.id, label: `${d.name} · ${d.branch.name}` }))} /></Form.Item>
        <Form.Item name="weekday" label={t('feeds.weekday')} extra={t('feeds.weekdayMeans')} rules={[required]}><Select options={weekdays.map((d) => ({ value: d, label: word('weekday', d) }))} /></Form.Item>
        <Form.Item name="expected" label={t('feeds.expected')} valuePropName="checked"><Switch /></Form.Item>
      </Form>
    </Drawer>
  );
}
