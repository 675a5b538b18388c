import { asApiError, type ApiError } from '@/api/errors';
import type { TaskRow } from '@/api/types';

/** Whether a task can still be given to somebody or be closed: nobody calls it, and it is not over. */
export const isOpen = (row: Pick<TaskRow, 'state'>): boolean => ['open', 'waiting', 'appointment', 'data_check'].includes(row.state);

/** A task that changes hands needs a reason. Rule C-15. */
export const changesHands = (rows: readonly TaskRow[], assigneeId: string): boolean => rows.some((r) => r.assignee_id !== null && r.assignee_id !== assigneeId);

export interface NotAssigned { row: TaskRow; error: ApiError }

/**
 * Gives tasks to an agent one after another; the server judges each by itself
 * (Rule C-15). When it cannot be reached or knows us no more, the rest is not
 * tried.
 */
export async function assignAll(rows: readonly TaskRow[], assign: (row: TaskRow) => Promise<unknown>): Promise<{ done: number; failed: NotAssigned[] }> {
  const failed: NotAssigned[] = [];
  let over: ApiError | null = null;
  for (const row of rows) {
    try {
      if (over) throw over;
      await assign(row);
    } catch (err) {
      const error = asApiError(err);
      if (error.code === 'offline' || error.code === 'unauthenticated') over = error;
      failed.push({ row, error });
    }
  }
  return { done: rows.length - failed.length, failed };
}
