import { useQuery } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import type { ApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { readMe } from '@/api/queries';
import type { Me, Role } from '@/api/types';

const MeContext = createContext<Me | null>(null);

/** Who is signed in; an unauthenticated answer is no fault but nobody. */
export const useMeQuery = () => useQuery<Me, ApiError>({ queryKey: keys.me, queryFn: ({ signal }) => readMe(signal), staleTime: Infinity, retry: false });

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error('nobody is signed in');
  return me;
}

/** The site's zone; before sign-in that of Rule T-05's default. */
export function useSite(): { zone: string; demo: boolean } {
  const me = use(MeContext);
  return { zone: me?.site.time_zone ?? 'Asia/Shanghai', demo: me?.site.demo ?? false };
}

export const hasRole = (me: Me, ...roles: Role[]): boolean => roles.some((r) => me.user.roles.includes(r));

/** Who has a line: these open the softphone socket. */
export const hasLine = (me: Me): boolean => hasRole(me, 'agent', 'supervisor');
