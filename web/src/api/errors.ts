import type { ProblemBody } from './types';

/** Codes of problems, as the server names them, and two of the page's own. */
export type ProblemCode = ProblemBody['code'] | 'offline' | 'unreadable';

/**
 * ApiError is a problem (RFC 9457) that the server answered with, or that kept
 * its answer from coming: `offline` when the server cannot be reached,
 * `unreadable` when what came was not ours.
 */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly problem: ProblemBody | undefined;

  constructor(code: ProblemCode, status: number, detail: string, problem?: ProblemBody) {
    super(detail);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.problem = problem;
  }

  static of(problem: ProblemBody): ApiError {
    return new ApiError(problem.code, problem.status, problem.detail, problem);
  }

  get rule(): string {
    return this.problem?.rule ?? '';
  }

  get reason(): string {
    return this.problem?.reason ?? '';
  }

  get allowedAt(): string | null {
    return this.problem?.allowed_at ?? null;
  }

  /** What is wrong with single fields, by their name without the path before it. */
  get fields(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const e of this.problem?.errors ?? []) {
      const name = (e.location ?? '').replace(/^(body|query|path)\./, '');
      out[name] ??= e.message;
    }
    return out;
  }
}

/** asApiError makes any thrown thing an ApiError, for the places that show errors. */
export function asApiError(err: unknown): ApiError {
  if (err instanceof ApiError) return err;
  return new ApiError('unreadable', 0, err instanceof Error ? err.message : String(err));
}
