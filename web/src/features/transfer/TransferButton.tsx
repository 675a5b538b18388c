import { SwapOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { Light } from '@/app/Light';
import { useShortcut } from '@/app/shortcuts';
import { TransferDialog } from './TransferDialog';
import './transfer.css';

/** Gives the call to a colleague, or asks one first. */
export function TransferButton({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const can = (call.state === 'talking' || call.state === 'held') && !call.transfer.phase && !call.paused;
  useShortcut('Alt+T', () => setOpen(true), can);
  return (
    <>
      <Tooltip title={`${t('transfer.button')} Alt+T`}>
        <Button className="control" icon={<SwapOutlined />} aria-label={t('transfer.button')} aria-keyshortcuts="Alt+T" disabled={!can} onClick={() => setOpen(true)} />
      </Tooltip>
      <Light>{open && can && <TransferDialog call={call} onClose={() => setOpen(false)} />}</Light>
    </>
  );
}
