/** Permitted hours as text: "10:00-11:00 14:00-16:00", and a line such as "fri: 10:00-11:00" for a weekday that differs. */
export type DayHours = Record<string, string[]>;

type WireHours = Record<string, string[] | null>;

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function textOf(hours: WireHours): string {
  const lines = [(hours['default'] ?? []).join(' ')];
  for (const d of days) {
    const ranges = hours[d];
    if (ranges) lines.push(`${d}: ${ranges.join(' ')}`.trim());
  }
  return lines.join('\n');
}

/** Reads what textOf wrote; the server checks the ranges and names what is wrong. */
export function hoursOf(text: string): DayHours {
  const out: DayHours = { default: [] };
  for (const line of text.split('\n')) {
    const named = /^\s*(\w+)\s*[:：]\s*(.*)$/.exec(line);
    const weekday = named && !/^\d/.test(named[1] ?? '') ? named[1]?.toLowerCase() : undefined;
    const ranges = (weekday ? named?.[2] ?? '' : line).split(/[\s,，、;；]+/).filter(Boolean).map((r) => r.replaceAll('：', ':').replaceAll('–', '-'));
    if (weekday) out[weekday] = ranges;
    else out['default']?.push(...ranges);
  }
  return out;
}
