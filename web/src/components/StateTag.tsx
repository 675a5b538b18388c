import {
  CheckCircleFilled, ClockCircleFilled, CloseCircleFilled, ExclamationCircleFilled, InfoCircleFilled, MinusCircleFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useWord, type WordGroup } from '@/i18n';
import { toneOf, type Tone } from './tones';

const icons: Record<Tone, ReactNode> = {
  green: <CheckCircleFilled />,
  blue: <InfoCircleFilled />,
  amber: <ClockCircleFilled />,
  red: <CloseCircleFilled />,
  violet: <ExclamationCircleFilled />,
  grey: <MinusCircleFilled />,
};

/** A short text with the colour and the sign of its tone. */
export function Tag({ tone, icon, children, title }: { tone: Tone; icon?: ReactNode; children: ReactNode; title?: string }) {
  return (
    <span className={`tag tag-${tone}`} title={title}>
      <span aria-hidden="true" className="tag-icon">{icon ?? icons[tone]}</span>
      {children}
    </span>
  );
}

/** One of the server's words: colour, sign and text. */
export function StateTag({ group, value, tone }: { group: WordGroup; value: string; tone?: Tone }) {
  const word = useWord();
  return (
    <span data-state={value}>
      <Tag tone={tone ?? toneOf(group, value)}>{word(group, value)}</Tag>
    </span>
  );
}
