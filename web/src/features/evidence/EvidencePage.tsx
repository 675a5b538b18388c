import { App, Button, Select, Table, Typography, type TableColumnsType } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useEvidence } from '@/api/queries';
import type { EvidenceSigned, EvidenceState, Verification, VerificationFinding } from '@/api/types';
import { hasRole, useMe, useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { Facts } from '@/components/Facts';
import { Load } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { useFaultText } from '@/components/Fault';
import './evidence.css';

const tones = { unknown: 'grey', good: 'green', bad: 'red' } as const;
const table = { size: 'small', scroll: { x: 'max-content' } } as const;

/** The log of evidence: how it stands, who signs it, and whether everything still fits (Rule S-04). */
export default function EvidencePage() {
  const { t } = useTranslation();
  const state = useEvidence();
  return (
    <Page title={t('evidence.title')} note={t('evidence.note')}>
      <Load query={state} rows={10}>{(data) => <State data={data} />}</Load>
    </Page>
  );
}

function State({ data }: { data: EvidenceState }) {
  const { t } = useTranslation();
  const { zone } = useSite();
  const may = hasRole(useMe(), 'auditor', 'records_head');
  const signed: TableColumnsType<EvidenceSigned> = [
    { title: t('evidence.at'), key: 'at', render: (_, c) => <span className="num">{formatTime(c.at, zone, 'full')}</span> },
    { title: t('evidence.size'), key: 'size', render: (_, c) => <span className="num">{c.size}</span> },
    { title: t('evidence.stored'), key: 'stored', render: (_, c) => <Tag tone={c.stored ? 'green' : 'amber'}>{t(c.stored ? 'evidence.yes' : 'evidence.no')}</Tag> },
  ];
  return (
    <>
      <div className="evidence-pair">
        <Panel title={t('evidence.state')} className="evidence-panel">
          <Facts rows={[
            [t('evidence.name'), data.log], [t('evidence.leaves'), <span className="num">{data.leaves}</span>], [t('evidence.waiting'), <span className="num">{data.waiting}</span>],
            [t('evidence.healthName'), <Tag tone={tones[data.health]}>{t(`evidence.health.${data.health}`)}</Tag>],
          ]} />
        </Panel>
        <Panel title={t('evidence.keys')} className="evidence-panel">
          <p className="faint">{t('evidence.keysNote')}</p>
          {data.keys.map((k) => (
            <p key={k.verifier}>
              <Typography.Text code copyable={{ tooltips: [t('evidence.copy'), t('evidence.copy')] }}>{k.verifier}</Typography.Text><br />
              <span className="faint">{t('evidence.since')} <span className="num">{formatTime(k.added_at, zone, 'full')}</span></span>
            </p>
          ))}
        </Panel>
      </div>
      <Panel title={t('evidence.verify')} className="evidence-panel">
        <p className="faint">{t('evidence.verifyNote')}</p>
        {may && <Begin running={data.running} />}
        {data.last ? <Result of={data.last} /> : <p className="faint">{t('evidence.never')}</p>}
      </Panel>
      <Panel title={t('evidence.checkpoints')} className="evidence-panel">
        <Table<EvidenceSigned> {...table} rowKey="size" columns={signed} dataSource={data.checkpoints} pagination={{ pageSize: 10, hideOnSinglePage: true }} locale={{ emptyText: t('evidence.none') }} />
      </Panel>
    </>
  );
}

function Begin({ running }: { running: Verification | null }) {
  const { t } = useTranslation();
  const { zone } = useSite();
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  const [percent, setPercent] = useState(100);
  const begin = useMutation({
    mutationFn: () => api.post<EvidenceState>('/evidence/verifications', { audio_percent: percent }),
    onSuccess: (data) => client.setQueryData(keys.evidence, data),
    onError: (e) => void message.error(problem(e)),
  });
  if (running) return <p role="status">{t('evidence.running', { name: running.by.name, at: formatTime(running.started_at, zone, 'full') })}</p>;
  return (
    <div className="evidence-begin">
      <Select aria-label={t('evidence.percent')} value={percent} onChange={setPercent} options={[0, 1, 5, 20, 100].map((n) => ({ value: n, label: `${t('evidence.percent')}: ${n} %` }))} />
      <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>{t('evidence.begin')}</Button>
    </div>
  );
}

function Result({ of }: { of: Verification }) {
  const { t } = useTranslation();
  const { zone } = useSite();
  return (
    <section aria-label={t('evidence.last')}>
      <h3>{t('evidence.last')} <Tag tone={of.ok ? 'green' : 'red'}>{of.error ? t('evidence.broken', { error: of.error }) : t(of.ok ? 'evidence.ok' : 'evidence.bad')}</Tag></h3>
      <Facts rows={[
        [t('evidence.by'), of.by.name], [t('evidence.ended'), <span className="num">{formatTime(of.ended_at ?? of.started_at, zone, 'full')}</span>],
        [t('evidence.counted'), t('evidence.counts', { facts: of.facts, checkpoints: of.checkpoints, calls: of.calls, recordings: of.recordings, read: of.audio_read })],
      ]} />
      {of.findings.length > 0 && <Findings title={t('evidence.findings')} list={of.findings} />}
      {of.noted.length > 0 && <Findings title={t('evidence.noted')} list={of.noted} />}
    </section>
  );
}

function Findings({ title, list }: { title: string; list: VerificationFinding[] }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<VerificationFinding> = [
    { title: t('evidence.what'), key: 'what', width: 180, render: (_, f) => t(`evidence.finding.${f.what}`, { defaultValue: f.what }) },
    { title: t('evidence.ref'), key: 'ref', render: (_, f) => <span className="num">{f.ref}</span> },
    { title: t('evidence.detail'), dataIndex: 'detail' },
  ];
  return <><h4>{title}</h4><Table<VerificationFinding> {...table} rowKey={(f) => f.what + f.ref + f.detail} columns={columns} dataSource={list} pagination={{ pageSize: 10, hideOnSinglePage: true }} /></>;
}
