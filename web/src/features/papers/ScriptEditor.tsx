import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PaperBody, PaperFault, PaperVariant } from '@/api/types';
import { useLanguage, useWord } from '@/i18n';
import { addPart, moved, newVariant, onBoth, withAt, without, type Spoken } from './draft';

interface Props { body: PaperBody; disabled: boolean; faults: PaperFault[]; variant: number; onVariant: (n: number) => void; onChange: (body: PaperBody) => void }

const customerKinds = ['investor', 'equipment_operator', 'furniture_buyer', 'advertiser', 'other'] as const;

/** The words of a script in both languages, and its variants for groups of customers. Rules T-10, C-29. */
export function ScriptEditor({ body, disabled, faults, variant, onVariant, onChange }: Props) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const changeVariant = (i: number, v: PaperVariant) => onChange({ ...body, variants: withAt(body.variants, i, v) });
  return (
    <>
      <p className="faint">{t('papers.placeholders')} <code className="mono">{'{customer} {agent} {staff_number} {company} {purpose} {program}'}</code></p>
      {faults.map((f) => <p key={f.location + f.message} className="field-error">{f.location.replace('body.', '')} {f.message}</p>)}
      <Tabs
        activeKey={String(variant)}
        onChange={(key) => onVariant(Number(key))}
        items={[
          { key: '0', label: t('papers.everybody'), children: <Parts said={body} disabled={disabled} onChange={(said) => onChange({ ...body, ...said })} /> },
          ...body.variants.map((v, i) => ({
            key: String(i + 1), label: (english ? v.name.en : v.name['zh-CN']) || t('papers.variantOf', { n: i + 1 }),
            children: (
              <>
                <Group variant={v} disabled={disabled} onChange={(next) => changeVariant(i, next)} />
                <Parts said={v} disabled={disabled} onChange={(said) => changeVariant(i, { ...v, ...said })} />
                {!disabled && <Button danger icon={<DeleteOutlined />} onClick={() => { onVariant(0); onChange({ ...body, variants: without(body.variants, i) }); }}>{t('papers.removeVariant')}</Button>}
              </>
            ),
          })),
        ]}
      />
      {!disabled && <Button type="dashed" icon={<PlusOutlined />} onClick={() => { onChange({ ...body, variants: [...body.variants, newVariant(body)] }); onVariant(body.variants.length + 1); }}>{t('papers.addVariant')}</Button>}
    </>
  );
}

function Group({ variant: v, disabled, onChange }: { variant: PaperVariant; disabled: boolean; onChange: (v: PaperVariant) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const when = (part: Partial<PaperVariant['when']>) => onChange({ ...v, when: { ...v.when, ...part } });
  return (
    <fieldset className="panel paper-item">
      <legend>{t('papers.forWhom')}</legend>
      <div className="paper-both">
        <label><span>{t('papers.nameZh')}</span><Input value={v.name['zh-CN']} maxLength={100} disabled={disabled} onChange={(e) => onChange({ ...v, name: { ...v.name, 'zh-CN': e.target.value } })} /></label>
        <label><span>{t('papers.nameEn')}</span><Input value={v.name.en} maxLength={200} disabled={disabled} onChange={(e) => onChange({ ...v, name: { ...v.name, en: e.target.value } })} /></label>
      </div>
      <div className="row paper-rules">
        <Select mode="multiple" className="paper-wide" placeholder={t('papers.anyKind')} aria-label={t('papers.kinds')} value={v.when.kinds} disabled={disabled} onChange={(kinds: string[]) => when({ kinds })} options={customerKinds.map((k) => ({ value: k, label: word('customerKind', k) }))} />
        <Select mode="tags" open={false} suffixIcon={null} className="paper-wide" placeholder={t('papers.anyGrade')} aria-label={t('papers.grades')} value={v.when.grades} disabled={disabled} onChange={(grades: string[]) => when({ grades })} />
        <Select mode="tags" open={false} suffixIcon={null} className="paper-wide" placeholder={t('papers.anyLanguage')} aria-label={t('papers.languages')} value={v.when.languages} disabled={disabled} onChange={(languages: string[]) => when({ languages })} />
        <Select className="paper-wide" aria-label={t('papers.government')} value={v.when.government === null ? '' : String(v.when.government)} disabled={disabled} onChange={(g: string) => when({ government: g === '' ? null : g === 'true' })}
          options={[{ value: '', label: t('papers.anyOffice') }, { value: 'true', label: t('papers.onlyOffice') }, { value: 'false', label: t('papers.noOffice') }]} />
      </div>
    </fieldset>
  );
}

function Parts({ said, disabled, onChange }: { said: Spoken; disabled: boolean; onChange: (said: Spoken) => void }) {
  const { t } = useTranslation();
  const write = (language: 'zh-CN' | 'en', i: number, part: { title?: string; text?: string }) => onChange({ 'zh-CN': said['zh-CN'], en: said.en, [language]: said[language].map((p, n) => (n === i ? { ...p, ...part } : p)) });
  const both = (f: <P>(parts: P[]) => P[]) => onChange(onBoth(said, f));
  return (
    <>
      <ol className="paper-items">
        {said['zh-CN'].map((part, i) => (
          <li key={part.key} className="panel paper-item" aria-label={t('papers.partOf', { n: i + 1, key: part.key })}>
            <div className="paper-both">
              {(['zh-CN', 'en'] as const).map((l) => (
                <div key={l}>
                  <Input size="small" maxLength={200} aria-label={t('papers.partTitle', { n: i + 1, language: l })} value={said[l][i]?.title ?? ''} disabled={disabled} onChange={(e) => write(l, i, { title: e.target.value })} />
                  <Input.TextArea rows={3} className="grow" maxLength={3000} aria-label={t('papers.partText', { n: i + 1, language: l })} value={said[l][i]?.text ?? ''} disabled={disabled} onChange={(e) => write(l, i, { text: e.target.value })} />
                </div>
              ))}
            </div>
            {!disabled && (
              <span className="row paper-item-acts">
                <Button size="small" icon={<ArrowUpOutlined />} disabled={i === 0} aria-label={t('papers.up', { n: i + 1 })} onClick={() => both((p) => moved(p, i, -1))} />
                <Button size="small" icon={<ArrowDownOutlined />} disabled={i === said['zh-CN'].length - 1} aria-label={t('papers.down', { n: i + 1 })} onClick={() => both((p) => moved(p, i, 1))} />
                <Button size="small" danger icon={<DeleteOutlined />} aria-label={t('papers.remove', { n: i + 1 })} onClick={() => both((p) => without(p, i))} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {!disabled && <Button block type="dashed" icon={<PlusOutlined />} onClick={() => onChange(addPart(said))}>{t('papers.addPart')}</Button>}
    </>
  );
}
