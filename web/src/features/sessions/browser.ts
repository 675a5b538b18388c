/** "Chrome 143, Windows" out of a User-Agent header: enough to know one's own PC again. */
export function browserOf(agent: string): string {
  const program = programs.map(([name, sign]) => [name, sign.exec(agent)] as const).find(([, m]) => m);
  const system = systems.find(([, sign]) => sign.test(agent));
  const parts = [program && `${program[0]} ${program[1]?.[1] ?? ''}`.trim(), system?.[0]].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : agent.slice(0, 60) || '—';
}

/** In this order: Edge says that it is Chrome, and Chrome that it is Safari. */
const programs: ReadonlyArray<readonly [string, RegExp]> = [
  ['Edge', /Edg\/(\d+)/], ['Chrome', /(?:Headless)?Chrome\/(\d+)/], ['Firefox', /Firefox\/(\d+)/], ['Safari', /Version\/(\d+).*Safari/], ['huifang softphone', /^huifang-softphone\/?(\S*)/],
];
const systems: ReadonlyArray<readonly [string, RegExp]> = [['Windows', /Windows/], ['Android', /Android/], ['macOS', /Mac OS X/], ['Linux', /Linux/]];
