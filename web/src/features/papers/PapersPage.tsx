import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { usePapers } from '@/api/queries';
import { paperKinds, type Paper, type PaperKind } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { useLanguage, useWord } from '@/i18n';
import './papers.css';

/** Questionnaires, scripts and record forms. Rules C-10, C-16, C-29. */
export default function PapersPage() {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const [filter, change] = useFilter(['kind'] as const);
  const kind: PaperKind = paperKinds.find((k) => k === filter.kind) ?? 'questionnaire';
  const papers = usePapers(kind);
  const [making, setMaking] = useState(false);
  return (
    <Page title={t('papers.title')} note={t('papers.note')} actions={hasRole(me, 'administrator') && <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setMaking(true)}>{t('papers.make')}</Button>}>
      <div className="filters"><Segmented<PaperKind> value={kind} onChange={(k) => change({ kind: k })} options={paperKinds.map((k) => ({ value: k, label: word('paperKind', k) }))} /></div>
      <Load query={papers} rows={10}>{(data) => (data.papers.length === 0 ? <Nothing text={t('papers.empty')} /> : <Rows papers={data.papers} />)}</Load>
      {making && <Make kind={kind} papers={papers.data?.papers ?? []} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ papers }: { papers: Paper[] }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const columns: TableColumnsType<Paper> = [
    { title: t('papers.code'), key: 'code', width: 170, render: (_, p) => <Link to={`/papers/${p.id}`}>{p.code}</Link> },
    { title: t('papers.name'), key: 'name', render: (_, p) => <strong>{english ? p.name_en : p.name_zh}</strong> },
    { title: t('papers.versions'), key: 'versions', width: 240, render: (_, p) => <span className="row">{p.versions.filter((v, i) => v.state !== 'retired' || i === 0).map((v) => <span key={v.version} className="row"><span className="num">v{v.version}</span><StateTag group="paperState" value={v.state} /></span>)}</span> },
    { title: t('papers.programs'), key: 'programs', width: 260, render: (_, p) => p.programs.join(' · ') || <span className="faint">{t('papers.unused')}</span> },
  ];
  return <Table size="middle" rowKey="id" className="panel" columns={columns} dataSource={papers} pagination={false} scroll={{ x: 'max-content' }} />;
}

interface Values { code: string; name_zh: string; name_en: string; copy_of?: string }

function Make({ kind, papers, onClose }: { kind: PaperKind; papers: Paper[]; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const fault = useFaultText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const make = useMutation({
    mutationFn: (v: Values) => api.post<Paper>('/papers', { kind, ...v, copy_of: v.copy_of ?? null }),
    onSuccess: (p) => { void queries.invalidateQueries({ queryKey: keys.papers }); void navigate(`/papers/${p.id}`); },
  });
  const needed = [{ required: true, message: t('common.required') }];
  return (
    <Modal open title={t('papers.makeOf', { kind: word('paperKind', kind) })} onCancel={onClose} onOk={() => form.submit()} confirmLoading={make.isPending} okText={t('papers.make')} cancelText={t('common.cancel')}>
      {make.error && <Alert type="error" showIcon className="gap-below" title={fault(make.error)} />}
      <Form<Values> form={form} layout="vertical" onFinish={(v) => make.mutate(v)}>
        <Form.Item name="code" label={t('papers.code')} rules={needed}><Input maxLength={40} /></Form.Item>
        <Form.Item name="name_zh" label={t('papers.nameZh')} rules={needed}><Input maxLength={60} /></Form.Item>
        <Form.Item name="name_en" label={t('papers.nameEn')} rules={needed}><Input maxLength={120} /></Form.Item>
        <Form.Item name="copy_of" label={t('papers.copyOf')}><Select allowClear showSearch={{ optionFilterProp: 'label' }} options={papers.map((p) => ({ value: p.id, label: `${p.code} ${english ? p.name_en : p.name_zh}` }))} /></Form.Item>
      </Form>
    </Modal>
  );
}
