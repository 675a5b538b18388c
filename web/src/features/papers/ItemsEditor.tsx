import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { itemKinds, type PaperFault, type PaperItem } from '@/api/types';
import { useLanguage, useWord } from '@/i18n';
import { answersOfItem, freeKey, moved, newItem, ofKind, renamed, withAt, without } from './draft';

interface Props { items: PaperItem[]; form: boolean; disabled: boolean; faults: PaperFault[]; onChange: (items: PaperItem[]) => void }

/** The items of a questionnaire or form, one after another. Rules C-10, C-16. */
export function ItemsEditor({ items, form, disabled, faults, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <ol className="paper-items">
        {items.map((item, i) => (
          <li key={i} className="panel paper-item" aria-label={t('papers.itemOf', { n: i + 1, key: item.key })}>
            <ItemEditor item={item} before={items.slice(0, i)} n={i} form={form} disabled={disabled}
              faults={faults.filter((f) => f.location.startsWith(`body.items.${i}.`))}
              onChange={(next) => onChange(next.key === item.key ? withAt(items, i, next) : renamed(items, i, next.key))} />
            {!disabled && (
              <span className="row paper-item-acts">
                <Button size="small" icon={<ArrowUpOutlined />} disabled={i === 0} aria-label={t('papers.up', { n: i + 1 })} onClick={() => onChange(moved(items, i, -1))} />
                <Button size="small" icon={<ArrowDownOutlined />} disabled={i === items.length - 1} aria-label={t('papers.down', { n: i + 1 })} onClick={() => onChange(moved(items, i, 1))} />
                <Button size="small" danger icon={<DeleteOutlined />} aria-label={t('papers.remove', { n: i + 1 })} onClick={() => onChange(without(items, i))} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {!disabled && <Button block type="dashed" icon={<PlusOutlined />} onClick={() => onChange([...items, newItem(items)])}>{t('papers.addItem')}</Button>}
    </>
  );
}

interface ItemProps { item: PaperItem; before: PaperItem[]; n: number; form: boolean; disabled: boolean; faults: PaperFault[]; onChange: (item: PaperItem) => void }

function ItemEditor({ item, before, n, form, disabled, faults, onChange }: ItemProps) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const set = (part: Partial<PaperItem>) => onChange({ ...item, ...part });
  const answers = answersOfItem(item);
  const chosen = item.kind === 'choice' || item.kind === 'choices';
  const nameOf = (of: PaperItem, key: string) => {
    const label = of.choices.find((c) => c.key === key)?.label;
    return (label && (english ? label.en : label['zh-CN'])) || word('answer', key);
  };
  const openers = before.filter((b) => answersOfItem(b).length > 0);
  const opener = before.find((b) => b.key === item.ask_if?.item);
  return (
    <>
      <div className="row paper-head">
        <span className="num">{n + 1}</span>
        <label className="paper-key"><span className="unseen">{t('papers.key')}</span><Input size="small" maxLength={40} value={item.key} disabled={disabled} onChange={(e) => set({ key: e.target.value })} /></label>
        <Select size="small" className="paper-kind" popupMatchSelectWidth={false} aria-label={t('papers.kind')} value={item.kind} disabled={disabled} onChange={(kind) => onChange(ofKind(item, kind))}
          options={itemKinds.filter((k) => !form || k !== 'satisfaction').map((k) => ({ value: k, label: word('itemKind', k) }))} />
        <Checkbox checked={item.required} disabled={disabled} onChange={(e) => set({ required: e.target.checked })}>{t('papers.required')}</Checkbox>
        {form && <Checkbox checked={item.prefill} disabled={disabled} onChange={(e) => set({ prefill: e.target.checked })}>{t('papers.prefill')}</Checkbox>}
      </div>
      <div className="paper-both">
        <label><span>{t('papers.inChinese')}</span><Input.TextArea rows={1} className="grow" maxLength={300} value={item.label['zh-CN']} disabled={disabled} onChange={(e) => set({ label: { ...item.label, 'zh-CN': e.target.value } })} /></label>
        <label><span>{t('papers.inEnglish')}</span><Input.TextArea rows={1} className="grow" maxLength={600} value={item.label.en} disabled={disabled} onChange={(e) => set({ label: { ...item.label, en: e.target.value } })} /></label>
      </div>
      {chosen && <Choices item={item} disabled={disabled} onChange={(choices) => set({ choices, red_flag_on: item.red_flag_on.filter((k) => choices.some((c) => c.key === k)) })} />}
      {item.kind === 'number' && (
        <span className="row">
          <label className="row">{t('papers.min')}<InputNumber size="small" value={item.min} disabled={disabled} onChange={(min) => set({ min })} /></label>
          <label className="row">{t('papers.max')}<InputNumber size="small" value={item.max} disabled={disabled} onChange={(max) => set({ max })} /></label>
        </span>
      )}
      <div className="row paper-rules">
        {answers.length > 0 && !form && (
          <Select mode="multiple" size="small" className="paper-wide" placeholder={t('papers.noFlag')} aria-label={t('papers.flag')} value={item.red_flag_on} disabled={disabled} onChange={(red_flag_on: string[]) => set({ red_flag_on })}
            options={answers.map((k) => ({ value: k, label: t('papers.flagOn', { answer: nameOf(item, k) }) }))} />
        )}
        {openers.length > 0 && (
          <Select size="small" allowClear className="paper-wide" placeholder={t('papers.always')} aria-label={t('papers.askIf')} value={item.ask_if?.item} disabled={disabled}
            onChange={(key?: string) => set({ ask_if: key ? { item: key, is: [] } : null })}
            options={openers.map((b) => ({ value: b.key, label: t('papers.askIfItem', { label: (english ? b.label.en : b.label['zh-CN']) || b.key }) }))} />
        )}
        {item.ask_if && opener && (
          <Select mode="multiple" size="small" className="paper-wide" aria-label={t('papers.askIfIs')} placeholder={t('papers.askIfIs')} value={item.ask_if.is} disabled={disabled}
            onChange={(is: string[]) => set({ ask_if: { item: opener.key, is } })} options={answersOfItem(opener).map((k) => ({ value: k, label: nameOf(opener, k) }))} />
        )}
      </div>
      {faults.map((f) => <p key={f.location + f.message} className="field-error">{f.location.split('.').slice(3).join('.')} {f.message}</p>)}
    </>
  );
}

function Choices({ item, disabled, onChange }: { item: PaperItem; disabled: boolean; onChange: (choices: PaperItem['choices']) => void }) {
  const { t } = useTranslation();
  const list = item.choices;
  return (
    <ul className="paper-choices">
      {list.map((c, i) => (
        <li key={i} className="row">
          <Input size="small" className="paper-choice-key" maxLength={40} aria-label={t('papers.choiceKey', { n: i + 1 })} value={c.key} disabled={disabled} onChange={(e) => onChange(withAt(list, i, { ...c, key: e.target.value }))} />
          <Input size="small" maxLength={100} aria-label={t('papers.choiceZh', { n: i + 1 })} value={c.label['zh-CN']} disabled={disabled} onChange={(e) => onChange(withAt(list, i, { ...c, label: { ...c.label, 'zh-CN': e.target.value } }))} />
          <Input size="small" maxLength={200} aria-label={t('papers.choiceEn', { n: i + 1 })} value={c.label.en} disabled={disabled} onChange={(e) => onChange(withAt(list, i, { ...c, label: { ...c.label, en: e.target.value } }))} />
          {!disabled && <Button size="small" icon={<DeleteOutlined />} disabled={list.length <= 2} aria-label={t('papers.removeChoice', { n: i + 1 })} onClick={() => onChange(without(list, i))} />}
        </li>
      ))}
      {!disabled && <li><Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => onChange([...list, { key: freeKey('choice', list.map((c) => c.key)), label: { 'zh-CN': '', en: '' } }])}>{t('papers.addChoice')}</Button></li>}
    </ul>
  );
}
