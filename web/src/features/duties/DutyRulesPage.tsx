import { Button, Drawer, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDutyRules, useDutyTemplates } from '@/api/queries';
import type { DutyRule, DutySettings, DutyTemplate } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { DryRunDrawer, type Dry } from './DryRunDrawer';
import { RuleDrawer, type Edited } from './RuleDrawer';
import { useDutyText } from './text';
import './duties.css';

/** A rule that says nothing yet. */
const blank: DutySettings = { enabled: true, trigger: 'event', events: [], stages: [{ due: { n: 0, unit: 'day' }, hard: { n: 5, unit: 'working_day', from: 'event' } }], channel: 'call', program_id: '', priority: 5, target_percent: 100, purpose_zh: '', purpose_en: '' };

/** The duty rules with their versions: made from templates, tried, changed. Rules C-03 to C-09. */
export default function DutyRulesPage() {
  const { t } = useTranslation();
  const mayChange = hasRole(useMe(), 'supervisor', 'administrator');
  const rules = useDutyRules();
  const [edited, setEdited] = useState<Edited>();
  const [dry, setDry] = useState<Dry>();
  const [history, setHistory] = useState<DutyRule>();
  const [choosing, setChoosing] = useState(false);
  const begin = (template?: DutyTemplate) => {
    setChoosing(false);
    setEdited(template ? { code: template.code, name_zh: template.name_zh, name_en: template.name_en, settings: template.settings } : { code: '', name_zh: '', name_en: '', settings: blank });
  };
  const actions = mayChange && <><Button onClick={() => setChoosing(true)}>{t('duties.fromTemplate')}</Button><Button type="primary" onClick={() => begin()}>{t('duties.new')}</Button></>;
  return (
    <Page title={t('duties.title')} note={t('duties.note')} actions={actions}>
      <Load query={rules} rows={8}>
        {(data) => (data.rules.length === 0 ? <Nothing text={t('duties.empty')} /> : <Rows rules={data.rules} mayChange={mayChange} onEdit={setEdited} onDry={setDry} onHistory={setHistory} />)}
      </Load>
      {choosing && <TemplateDrawer taken={(rules.data?.rules ?? []).map((r) => r.code)} onChoose={begin} onClose={() => setChoosing(false)} />}
      {edited && <RuleDrawer edited={edited} onDry={setDry} onClose={() => setEdited(undefined)} />}
      {dry && <DryRunDrawer dry={dry} onClose={() => setDry(undefined)} />}
      {history && <VersionsDrawer rule={history} onClose={() => setHistory(undefined)} />}
    </Page>
  );
}

const last = (r: DutyRule) => r.versions[r.versions.length - 1]!;

interface RowsProps { rules: DutyRule[]; mayChange: boolean; onEdit: (e: Edited) => void; onDry: (d: Dry) => void; onHistory: (r: DutyRule) => void }

function Rows({ rules, mayChange, onEdit, onDry, onHistory }: RowsProps) {
  const { t } = useTranslation();
  const text = useDutyText();
  const columns: TableColumnsType<DutyRule> = [
    { title: t('duties.rule'), key: 'name', render: (_, r) => <><strong>{text.name(r)}</strong><div className="faint">{r.code}</div></> },
    { title: t('duties.trigger'), key: 'trigger', width: 230, render: (_, r) => <span className="duty-text">{text.cause(last(r).settings)}</span> },
    { title: t('duties.schedule'), key: 'schedule', render: (_, r) => <span className="duty-text num">{text.schedule(last(r).settings)}</span> },
    { title: t('duties.channel'), key: 'channel', width: 90, render: (_, r) => text.one('channelOf', last(r).settings.channel) },
    { title: t('duties.state'), key: 'state', width: 110, render: (_, r) => <Tag tone={last(r).settings.enabled ? 'green' : 'grey'}>{t(last(r).settings.enabled ? 'duties.enabled' : 'duties.disabled')}</Tag> },
    { title: t('duties.version'), key: 'version', width: 150, render: (_, r) => <Button type="link" className="duty-link num" onClick={() => onHistory(r)}>{t('duties.versionN', { n: last(r).version })}<span className="faint"> · {last(r).applies_from}</span></Button> },
    ...(mayChange ? [{
      title: <span className="unseen">{t('duties.actions')}</span>, key: 'act', width: 160, align: 'right' as const,
      render: (_: unknown, r: DutyRule) => (
        <span className="row">
          <Button size="small" onClick={() => onDry({ name: text.name(r), rule_id: r.id })} aria-label={t('duties.dryRunOf', { name: text.name(r) })}>{t('duties.dryRun')}</Button>
          <Button size="small" onClick={() => onEdit({ code: r.code, name_zh: r.name_zh, name_en: r.name_en, settings: last(r).settings, rule: r })} aria-label={t('duties.edit', { name: text.name(r) })}>{t('common.edit')}</Button>
        </span>
      ),
    }] : []),
  ];
  return <Table<DutyRule> size="middle" rowKey="id" className="panel" columns={columns} dataSource={rules} pagination={false} scroll={{ x: 'max-content' }} />;
}

function TemplateDrawer({ taken, onChoose, onClose }: { taken: string[]; onChoose: (tpl: DutyTemplate) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useDutyText();
  const templates = useDutyTemplates();
  return (
    <Drawer open size={560} title={t('duties.templates')} onClose={onClose} destroyOnHidden>
      <p className="faint">{t('duties.templatesNote')}</p>
      <Load query={templates} rows={10}>
        {(data) => (
          <ul className="duty-list">
            {data.templates.map((tpl) => (
              <li key={tpl.code}>
                <div><strong>{text.name(tpl)}</strong><div className="faint duty-text">{text.cause(tpl.settings)} · {text.schedule(tpl.settings)}</div></div>
                {taken.includes(tpl.code) ? <span className="faint">{t('duties.inUse')}</span> : <Button size="small" onClick={() => onChoose(tpl)} aria-label={`${t('duties.use')} ${text.name(tpl)}`}>{t('duties.use')}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Load>
    </Drawer>
  );
}

function VersionsDrawer({ rule, onClose }: { rule: DutyRule; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useDutyText();
  return (
    <Drawer open size={560} title={t('duties.versionsOf', { name: text.name(rule) })} onClose={onClose} destroyOnHidden>
      <ol className="duty-list" reversed>
        {[...rule.versions].reverse().map((v) => (
          <li key={v.version}>
            <div>
              <strong className="num">{t('duties.versionN', { n: v.version })} · {t('duties.from')} {v.applies_from}</strong> <Tag tone={v.settings.enabled ? 'green' : 'grey'}>{t(v.settings.enabled ? 'duties.enabled' : 'duties.disabled')}</Tag>
              <div className="duty-text num">{text.cause(v.settings)} · {text.schedule(v.settings)}</div>
              <div className="faint">{v.made_by.name} · <TimeText at={v.made_at} />{v.reason && ` · ${v.reason}`}</div>
            </div>
          </li>
        ))}
      </ol>
    </Drawer>
  );
}
