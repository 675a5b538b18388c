/** The file of an import: what its header must be, and an example of it. */

/** Columns in the order of the example; the server takes them in any order. */
export const importColumns = ['task_key', 'customer_code', 'customer_name', 'number', 'language', 'kind', 'program_code', 'assignee_login', 'due_at', 'purpose'] as const;
export type ImportColumn = (typeof importColumns)[number];

/** Columns that may be left out. */
export const optionalColumns: readonly ImportColumn[] = ['assignee_login', 'purpose'];

/** What the server reads at most. */
export const maxImportBytes = 8 << 20;

/** One field as CSV writes it (RFC 4180). */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** An example with a byte order mark, so that a spreadsheet opens it as UTF-8. */
export function exampleFile(row: Record<ImportColumn, string>): string {
  const line = (fields: readonly string[]) => fields.map(csvField).join(',') + '\r\n';
  return '\ufeff' + line(importColumns) + line(importColumns.map((c) => row[c]));
}

/** Hands a text that was made here to the reader as a file. */
export function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
