import { theme, type ThemeConfig } from 'antd';

/** The palette of the page; styles.css has the same as variables. */
export const light: ThemeConfig = {
  token: {
    colorPrimary: '#0B5CAD',
    colorInfo: '#0B5CAD',
    colorLink: '#0B5CAD',
    colorSuccess: '#1F7A3D',
    colorWarning: '#B45309',
    colorError: '#C42B1C',
    colorText: '#1B2733',
    colorTextSecondary: '#4A5A6B',
    colorTextTertiary: '#5B6B7C',
    colorTextDescription: '#5B6B7C',
    colorTextPlaceholder: '#5F6E7E',
    colorBgLayout: '#EEF1F5',
    colorBorderSecondary: '#E3E8EE',
    borderRadius: 6,
    fontSize: 14,
    fontFamily: 'var(--font)', // by language, see styles.css
    controlHeight: 34,
  },
  components: {
    Table: { headerBg: '#F5F7FA', headerColor: '#4A5A6B', cellPaddingBlock: 10, rowHoverBg: '#F3F7FC' },
    Tabs: { horizontalMargin: '0', titleFontSize: 14 },
    Form: { itemMarginBottom: 14, verticalLabelPadding: '0 0 4px' },
  },
};

/** The dark top bar. */
export const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: { ...light.token, colorPrimary: '#3B8EE5', colorText: '#F2F6FA', colorTextSecondary: '#C3D0DD', colorTextTertiary: '#B0BFCE', colorBgContainer: '#1D2F45', colorBorder: '#3D5571', colorBgLayout: '#12233A', colorSuccess: '#2E9E54', colorError: '#D64535' },
};
