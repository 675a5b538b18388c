import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useMemo, type ReactNode } from 'react';
import { RouterProvider } from 'react-router';
import { ApiError } from '@/api/errors';
import { useLanguage } from '@/i18n';
import { nonce } from './nonce';
import { makeRouter } from './routes';
import { light } from './theme';

/** Reads are tried again only when the server could not be reached. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, err) => failures < 2 && err instanceof ApiError && (err.code === 'offline' || err.code === 'unavailable'),
        retryDelay: (n) => 500 * 2 ** n,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}

/** Theme, language and messages of the component library. */
export function Look({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const calm = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (
    <ConfigProvider
      theme={{ ...light, token: { ...light.token, motion: !calm } }}
      locale={language === 'en' ? enUS : zhCN}
      csp={{ nonce: nonce() }}
      button={{ autoInsertSpace: false }}
    >
      <AntApp className="app" message={{ maxCount: 3 }}>{children}</AntApp>
    </ConfigProvider>
  );
}

export function App() {
  const queries = useMemo(makeQueries, []);
  const router = useMemo(makeRouter, []);
  return (
    <QueryClientProvider client={queries}>
      <Look>
        <RouterProvider router={router} />
      </Look>
    </QueryClientProvider>
  );
}
