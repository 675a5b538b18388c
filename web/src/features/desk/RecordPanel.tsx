import { CheckOutlined, CloudSyncOutlined, WarningOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Alert, Button, Checkbox, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { useTask } from '@/api/queries';
import { contentKinds } from '@/api/types';
import { serverNow } from '@/app/clock';
import { useShortcut } from '@/app/shortcuts';
import { Fault, useFaultText } from '@/components/Fault';
import { WallPicker } from '@/components/WallPicker';
import { useLanguage, useWord } from '@/i18n';
import { dispositionsFor, dissatisfied, missingIn, type Draft, type Missing } from './recordDraft';
import { Questions } from './Questions';
import { FreeField } from './FreeField';
import { SlipFields } from './SlipFields';
import type { DraftHandle, Saved } from './useRecordDraft';

/** The record of the call (Rule C-01). It can be begun during the call and is finished after it. */
export function RecordPanel({ record, outcome, over, onFinished }: { record: DraftHandle; outcome: string; over: boolean; onFinished: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const fault = useFaultText();
  const task = useTask(record.taskId, useLanguage());
  const { sheet } = record;
  const items = sheet.questionnaire.items;
  const [shown, setShown] = useState(false); // whether missing fields are marked
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Record<string, string>>({}); // what the server objected to
  const { draft, change } = record;
  const slipNeeded = task.data?.source !== 'slip' && dissatisfied(draft, items);
  const missing = missingIn(draft, sheet, outcome, serverNow(), slipNeeded);
  const allowed = dispositionsFor(outcome);
  const errorOf = (field: string): string => (shown && missing[field] ? t(`record.missing.${missing[field] as Missing}`) : wrong[field] ?? '');
  const edit = (part: Partial<Draft>) => {
    setWrong({});
    change(part);
  };

  const save = async () => {
    if (busy || record.locked) return;
    setShown(true);
    const first = Object.keys(missing)[0];
    if (first) {
      focusField(first);
      void message.warning(t(first.startsWith('answers.') ? 'record.answersMissing' : 'record.incomplete'));
      return;
    }
    if (!over) return void message.info(t('record.afterCall'));
    setBusy(true);
    try {
      await record.finish(slipNeeded);
      void message.success(t('record.done'));
      for (const queryKey of [keys.tasks, keys.myCall, keys.slips, keys.taskAny(record.taskId)]) void queries.invalidateQueries({ queryKey });
      onFinished();
    } catch (err) {
      setWrong(asApiError(err).fields);
      void message.error(fault(err));
    } finally {
      setBusy(false);
    }
  };
  useShortcut('Alt+S', () => void save());

  if (record.error) return <Fault error={record.error} again={record.again} />;
  if (record.final) return <Alert type="success" showIcon title={t('record.isFinal')} className="gap-below" />;
  const answersMissing = shown && Object.keys(missing).some((k) => k.startsWith('answers.'));
  return (
    <form className="record" aria-label={t('record.title')} data-state={over ? 'wrapup' : 'live'} data-call-id={record.callId} noValidate onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <div className="side-scroll">
        {!over && <p className="script-hint">{t('record.duringCall')}</p>}
        {answersMissing && <Alert type="warning" showIcon title={t('record.answersMissing')} className="gap-below" />}
        <fieldset className="field" id="record-disposition" disabled={record.locked}>
          <legend>{t('record.disposition')}<span className="needed" aria-hidden="true">*</span></legend>
          <Radio.Group className="dispositions" optionType="button" size="small" value={draft.disposition} aria-label={t('record.disposition')} disabled={record.locked}
            onChange={(e) => edit({ disposition: e.target.value as Draft['disposition'] })}
            options={allowed.map((d) => ({ value: d, label: word('disposition', d) }))} />
          {errorOf('disposition') && <p className="field-error" role="alert">{errorOf('disposition')}</p>}
        </fieldset>
        {draft.disposition === 'not_convenient' && (
          <div className="field">
            <label htmlFor="record-appointment_at">{t('record.appointment')}<span className="needed" aria-hidden="true">*</span></label>
            <WallPicker id="record-appointment_at" future value={draft.appointmentAt} onChange={(appointmentAt) => edit({ appointmentAt })} status={errorOf('appointment_at') ? 'error' : undefined} />
            {errorOf('appointment_at') && <p className="field-error" role="alert">{errorOf('appointment_at')}</p>}
          </div>
        )}
        {(['content', 'problems', 'handling'] as const).map((name) => (
          <FreeField key={name} name={name} label={t(`record.${name}`)} hint={t(`record.hint.${name}`)} none={name === 'content' ? '' : t('record.none')} value={draft[name]} error={errorOf(name)} disabled={record.locked} onChange={(value) => edit({ [name]: value })} />
        ))}
        {sheet.form.items.length > 0 && (
          <fieldset className="field questions" aria-label={t('record.form')}>
            <Questions items={sheet.form.items} place="field" answers={draft.fields} disabled={record.locked} errorOf={(key) => errorOf(`fields.${key}`)} onChange={(fields) => edit({ fields })} />
          </fieldset>
        )}
        <div className="field" id="record-content_kinds">
          <span id="record-kinds-label">{t('record.kinds')}</span>
          <Checkbox.Group className="record-kinds" aria-labelledby="record-kinds-label" disabled={record.locked} value={draft.kinds} onChange={(kinds: string[]) => edit({ kinds })} options={contentKinds.map((k) => ({ value: k, label: word('contentKind', k) }))} />
        </div>
        <SlipFields draft={draft} needed={slipNeeded} disabled={record.locked} errorOf={errorOf} onChange={(slip) => edit({ slip })} />
        <label className="field">
          <span>{t('record.deviation')}</span>
          <Input.TextArea id="record-deviation" rows={1} className="grow" maxLength={2000} value={draft.deviation} disabled={record.locked} onChange={(e) => edit({ deviation: e.target.value })} />
        </label>
      </div>
      <div className="record-foot">
        <SavedNote saved={record.saved} />
        <Button type="primary" htmlType="submit" icon={<CheckOutlined />} loading={busy} disabled={record.locked || !over} aria-keyshortcuts="Alt+S" title="Alt+S">{t('record.save')}</Button>
      </div>
    </form>
  );
}

function focusField(name: string): void {
  const id = name.startsWith('answers.') ? `question-${name.slice('answers.'.length)}` : name.startsWith('fields.') ? `field-${name.slice('fields.'.length)}` : `record-${name}`;
  const place = document.getElementById(id);
  const target = place?.matches('input, textarea') ? place : place?.querySelector<HTMLElement>('input, textarea');
  target?.focus();
  place?.scrollIntoView({ block: 'nearest' });
}

function SavedNote({ saved }: { saved: Saved }) {
  const { t } = useTranslation();
  if (saved === 'idle') return <span className="faint" data-state="idle">{t('record.savedNote.idle')}</span>;
  return (
    <span className={saved === 'failed' ? 'tone-amber' : 'faint'} role="status" data-state={saved}>
      {saved === 'failed' ? <WarningOutlined aria-hidden="true" /> : <CloudSyncOutlined aria-hidden="true" />} {t(`record.savedNote.${saved}`)}
    </span>
  );
}
