/** What the server says of single values, as words that have a text in every language. */

export type Wrong =
  | 'required' | 'missing' | 'noColumn' | 'columnTwice' | 'noHeader' | 'encoding' | 'length' | 'tooLong' | 'tooShort' | 'rows' | 'unreadable' | 'twice' | 'program' | 'customer'
  | 'user' | 'agent' | 'date' | 'time' | 'beforeDue' | 'name' | 'kind' | 'language' | 'number' | 'reason';

const patterns: ReadonlyArray<readonly [RegExp, Wrong]> = [
  [/^is required$/, 'required'],
  [/^is missing$/, 'missing'],
  [/^is no column$/, 'noColumn'],
  [/^is there twice$/, 'columnTwice'],
  [/^has no header$/, 'noHeader'],
  [/^is neither UTF-8 nor GB 18030$/, 'encoding'],
  [/^must have 1 to (?<n>\d+) bytes$/, 'length'],
  [/^must have at most (?<n>\d+) (bytes|characters)$/, 'tooLong'],
  [/^must have at least (?<n>\d+) characters$/, 'tooShort'],
  [/^must have at most (?<n>\d+) rows$/, 'rows'],
  [/^cannot be read in line (?<n>\d+)/, 'unreadable'],
  [/^is the same as in line (?<n>\d+)$/, 'twice'],
  [/^there is no such program$/, 'program'],
  [/^there is no such customer$/, 'customer'],
  [/^there is no such user$/, 'user'],
  [/^is no agent who works$/, 'agent'],
  [/^must be a date like/, 'date'],
  [/RFC 3339/, 'time'],
  [/^must not lie before due_at$/, 'beforeDue'],
  [/^differs from the name of this customer code$/, 'name'],
  [/^is no kind of customer$/, 'kind'],
  [/^is no language tag$/, 'language'],
  [/^this is no telephone number/, 'number'],
  [/^must say why the task changes hands/, 'reason'],
];

/** Which of the known sentences this is; null for one that a newer server says. */
export function wrongOf(message: string): { wrong: Wrong; params: Record<string, string> } | null {
  for (const [pattern, wrong] of patterns) {
    const found = pattern.exec(message);
    if (found) return { wrong, params: { ...found.groups } };
  }
  return null;
}

/** A refusal by a rule inside of an import: "rule C-15, conflict_own_customer: ...". */
export function refusalOf(message: string): { rule: string; reason: string } | null {
  const found = /^rule (?<rule>[A-Z]-\d+), (?<reason>\w+):/.exec(message);
  return found?.groups ? { rule: found.groups.rule ?? '', reason: found.groups.reason ?? '' } : null;
}

/** Whether a refusal is one of Rule C-15: the agent has an interest in the customer. */
export function isConflict(reason: string): reason is 'conflict_own_customer' | 'conflict_own_department' {
  return reason === 'conflict_own_customer' || reason === 'conflict_own_department';
}
