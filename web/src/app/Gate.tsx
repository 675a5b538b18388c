import { useQueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';
import { ApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { Fault } from '@/components/Fault';
import { SoftphoneProvider } from '@/features/softphone/context';
import { hasLine, MeProvider, useMeQuery } from './session';
import { Shell } from './Shell';

/** Lets in whoever is signed in; everybody else goes to the sign-in and comes back here afterwards. */
export function Gate() {
  const me = useMeQuery();
  const location = useLocation();
  useSignInOnceMore();
  if (me.error?.code === 'unauthenticated') return <Navigate to="/login" replace state={{ from: location.pathname }} />;
  if (!me.data) {
    return (
      <main className="center-page">
        {me.error ? <Fault error={me.error} again={() => void me.refetch()} /> : <Skeleton active paragraph={{ rows: 6 }} className="center-skeleton" />}
      </main>
    );
  }
  return (
    <MeProvider me={me.data}>
      {hasLine(me.data) ? <SoftphoneProvider><Shell /></SoftphoneProvider> : <Shell />}
    </MeProvider>
  );
}

/** When any read says that nobody is signed in, asks who is: the gate does the rest. */
function useSignInOnceMore(): void {
  const queries = useQueryClient();
  useEffect(
    () => queries.getQueryCache().subscribe((e) => {
      const err: unknown = e.type === 'updated' && e.action.type === 'error' ? e.action.error : undefined;
      if (err instanceof ApiError && err.code === 'unauthenticated' && e.query.queryKey[0] !== keys.me[0]) void queries.resetQueries({ queryKey: keys.me });
    }),
    [queries],
  );
}
