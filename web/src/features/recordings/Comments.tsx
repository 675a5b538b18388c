import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Comment, Recording } from '@/api/types';
import { formatSpan } from '@/app/time';
import { Fault } from '@/components/Fault';
import { TimeText } from '@/components/TimeText';

/** What listeners said at places of the recording, and one more at the place that is heard now. It stands, and is logged (Rule S-01). */
export function Comments({ recording: r, at, onSeek }: { recording: Recording; at: number; onSeek: (ms: number) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const say = useMutation({
    mutationFn: () => api.post<Comment>(`/recordings/${r.id}/comments`, { at_ms: Math.min(Math.round(at), r.duration_ms), text: text.trim() }),
    onSuccess: (c) => {
      setText('');
      // Reading the page anew would be logged as opened once more.
      queries.setQueryData<Recording>(keys.recording(r.id), (old) => old && { ...old, comments: [...old.comments, c].sort((a, b) => a.at_ms - b.at_ms) });
    },
  });
  const ready = text.trim() !== '';
  return (
    <section className="comments" aria-label={t('recordings.comments')}>
      {r.comments.length > 0 && (
        <ul>
          {r.comments.map((c) => (
            <li key={c.id}>
              <Button size="small" className="num" onClick={() => onSeek(c.at_ms)}>{formatSpan(c.at_ms)}</Button>
              <span className="comment-text">{c.text}</span>
              <span className="faint">{c.author.name} · <TimeText at={c.at} /></span>
            </li>
          ))}
        </ul>
      )}
      <Form className="comment-form" onFinish={() => ready && say.mutate()}>
        <Input value={text} maxLength={1000} aria-label={t('recordings.comment')} placeholder={t('recordings.comment')} onChange={(e) => setText(e.target.value)} prefix={<span className="num faint">{formatSpan(at)}</span>} />
        <Button htmlType="submit" disabled={!ready} loading={say.isPending}>{t('recordings.say')}</Button>
      </Form>
      {say.error && <Fault error={say.error} />}
    </section>
  );
}
