import type { ReactNode } from 'react';

/** Names and values, as a description list; rows without a value are left out. */
export function Facts({ rows, columns = 1 }: { rows: ReadonlyArray<readonly [string, ReactNode]>; columns?: 1 | 2 | 3 }) {
  return (
    <dl className={`facts facts-${columns}`}>
      {rows.filter(([, value]) => value !== '' && value !== null && value !== undefined).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
