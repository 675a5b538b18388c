import { useSearchParams } from 'react-router';

/** A filter that lives in the address, so that back, reload and a link keep it. Empty values are left out. */
export function useFilter<K extends string>(names: readonly K[]): [Record<K, string>, (change: Partial<Record<K, string>>) => void, () => void] {
  const [params, setParams] = useSearchParams();
  const value = Object.fromEntries(names.map((n) => [n, params.get(n) ?? ''])) as Record<K, string>;
  const change = (part: Partial<Record<K, string>>) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      for (const [name, v] of Object.entries(part) as Array<[K, string | undefined]>) {
        if (v) next.set(name, v);
        else next.delete(name);
      }
      return next;
    }, { replace: true });
  return [value, change, () => setParams({}, { replace: true })];
}
