import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** The filter of a list, kept in the address, so that a reload and a link show the same. */
export function useUrlFilter<K extends string>(names: readonly K[]) {
  const [params, setParams] = useSearchParams();
  const filter = Object.fromEntries(names.map((n) => [n, params.get(n) ?? ''])) as Record<K, string>;
  const change = useCallback(
    (patch: Partial<Record<K, string | null | undefined>>) =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(patch) as Array<[string, string | null | undefined]>) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      }, { replace: true }),
    [setParams],
  );
  const clear = () => change(Object.fromEntries(names.map((n) => [n, ''])) as Partial<Record<K, string>>);
  return { filter, change, clear, any: names.some((n) => filter[n] !== '') };
}
