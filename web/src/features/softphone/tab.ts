/**
 * What a tab knows of itself over a reload. It lies in sessionStorage, which
 * belongs to the tab.
 */
const workingKey = 'huifang.working';
const leftKey = 'huifang.left';
const graceMs = 30_000; // as long as the server keeps a lost page's call

/** Whether the agent has begun work in this tab: then media come back by themselves. */
export const tookPart = {
  working: (): boolean => sessionStorage.getItem(workingKey) === '1',
  begin: (): void => sessionStorage.setItem(workingKey, '1'),
  end: (): void => sessionStorage.removeItem(workingKey),
};

/**
 * A tab that holds the softphone leaves a mark when its page goes. The page
 * that loads in the same tab takes it, and with it the right to the softphone
 * without asking, even if the server has not yet seen the old socket close. A
 * duplicated tab finds no mark.
 */
export const leaveMark = {
  leave: (): void => sessionStorage.setItem(leftKey, String(Date.now())),
  take: (): boolean => {
    const left = Number(sessionStorage.getItem(leftKey) ?? 0);
    sessionStorage.removeItem(leftKey);
    return Date.now() - left < graceMs;
  },
};
