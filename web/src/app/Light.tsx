import { ConfigProvider, theme } from 'antd';
import type { ReactNode } from 'react';
import { light } from './theme';

/** Light surfaces (dialogs, pop-ups) that open out of the dark top bar. */
export function Light({ children }: { children: ReactNode }) {
  return <ConfigProvider theme={{ ...light, algorithm: theme.defaultAlgorithm, inherit: false }}>{children}</ConfigProvider>;
}
