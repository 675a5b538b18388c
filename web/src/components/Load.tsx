import { Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Fault } from './Fault';

interface Loading<T> { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown }

/** The states of a panel that reads something: skeleton, fault with another try, content. */
export function Load<T>({ query, rows = 6, children }: { query: Loading<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Fault error={query.error} again={() => void query.refetch()} />;
  return <div className="pad" aria-busy="true"><Skeleton active title={false} paragraph={{ rows }} /></div>;
}

/** An empty panel: a sentence, and what to do next. */
export function Nothing({ text, children }: { text: string; children?: ReactNode }) {
  return <Empty className="nothing" image={Empty.PRESENTED_IMAGE_SIMPLE} description={text}>{children}</Empty>;
}
