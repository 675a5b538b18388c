import { Skeleton } from 'antd';
import { Navigate, Outlet, useLocation } from 'react-router';
import { Fault } from '@/components/Fault';
import { MeProvider, useMeQuery } from './session';

/** The frame of pages for a telephone's screen: who is signed in, and nothing beside the page. */
export function Outdoors() {
  const me = useMeQuery();
  const location = useLocation();
  if (me.error?.code === 'unauthenticated') return <Navigate to="/login" replace state={{ from: location.pathname }} />;
  if (!me.data) return <main className="center-page">{me.error ? <Fault error={me.error} again={() => void me.refetch()} /> : <Skeleton active paragraph={{ rows: 6 }} className="center-skeleton" />}</main>;
  return <MeProvider me={me.data}><div className="visit-frame"><Outlet /></div></MeProvider>;
}
