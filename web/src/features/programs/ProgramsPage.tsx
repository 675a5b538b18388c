import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePrograms } from '@/api/queries';
import type { Program } from '@/api/types';
import { Load } from '@/components/Load';
import { Page } from '@/components/Page';
import { useLanguage } from '@/i18n';
import { CallingDrawer } from './CallingDrawer';
import { ProgramDrawer } from './ProgramDrawer';

/** What administrators may change of programs. Rules T-02, T-13, T-14. */
export default function ProgramsPage() {
  const { t } = useTranslation();
  const programs = usePrograms();
  const [edited, setEdited] = useState<Program | null>(null);
  const [calling, setCalling] = useState<Program | null>(null);
  return (
    <Page title={t('programs.title')} note={t('programs.note')}>
      <Load query={programs} rows={6}>{(data) => <Rows programs={data.programs} onEdit={setEdited} onCalling={setCalling} />}</Load>
      {calling && <CallingDrawer program={calling} onClose={() => setCalling(null)} />}
      {edited && <ProgramDrawer program={edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

function Rows({ programs, onEdit, onCalling }: { programs: Program[]; onEdit: (p: Program) => void; onCalling: (p: Program) => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const name = (p: Program) => (english ? p.name_en : p.name_zh);
  const columns: TableColumnsType<Program> = [
    { title: t('programs.name'), key: 'name', render: (_, p) => <strong>{name(p)}</strong> },
    { title: t('programs.code'), dataIndex: 'code', width: 150 },
    { title: t('calling.open'), key: 'hours', width: 200, render: (_, p) => <><span className="num">{p.windows.join(' ')}</span><div><Button type="link" size="small" className="programs-rules" aria-label={t('calling.openOf', { name: name(p) })} onClick={() => onCalling(p)}>{t('calling.open')}</Button></div></> },
    { title: t('programs.pauses'), key: 'pauses', width: 230, render: (_, p) => <span className="num">{p.pause_number === 0 || p.pause_longest_ms === 0 ? t('programs.none') : t('programs.limits', { longest: p.pause_longest_ms / 1000, number: p.pause_number, total: p.pause_total_ms / 1000 })}</span> },
    { title: t('programs.callers'), key: 'callers', width: 150, render: (_, p) => <span className="num">{p.caller_ids.join(' · ') || t('programs.trunks')}</span> },
    { title: t('retention.retention'), key: 'kept', width: 150, render: (_, p) => <>{p.retention_max_years ? t('retention.keptBetween', { n: p.retention_years, max: p.retention_max_years }) : t('retention.kept', { n: p.retention_years })}<div className="faint">{t(`retention.basisOf.${p.retention_basis}`)}</div></> },
    { title: t('programs.show'), key: 'show', width: 150, render: (_, p) => t(p.show_monitoring ? 'programs.shown' : 'programs.hidden') },
    { title: <span className="unseen">{t('common.edit')}</span>, key: 'act', width: 90, align: 'right', render: (_, p) => <Button size="small" onClick={() => onEdit(p)} aria-label={t('programs.change', { name: name(p) })}>{t('common.edit')}</Button> },
  ];
  return <Table size="middle" rowKey="id" className="panel" columns={columns} dataSource={programs} pagination={false} scroll={{ x: 'max-content' }} />;
}
