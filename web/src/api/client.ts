/**
 * The one way to the HTTP API: same origin, cookie session, JSON in and out,
 * typed errors. It looks at status and content type and never hands on what
 * is not ours, such as the sign-in page of a proxy.
 */
import { ApiError } from './errors';
import type { ProblemBody } from './types';

export type Query = Record<string, string | number | boolean | null | undefined>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Options {
  query?: Query;
  body?: unknown;
  /** A body that is sent as it is, instead of JSON. */
  raw?: { body: BodyInit; type: string };
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

const base = '/api/v1';

export function apiPath(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return base + path + (text ? `?${text}` : '');
}

async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  let body: BodyInit | undefined;
  if (options.raw) {
    headers['Content-Type'] = options.raw.type;
    body = options.raw.body;
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await globalThis.fetch(apiPath(path, options.query), {
      method, headers, body, signal: options.signal, keepalive: options.keepalive, credentials: 'same-origin', cache: 'no-store',
    });
  } catch (err) {
    if (err instanceof DOMException && err.name === 'AbortError') throw err;
    throw new ApiError('offline', 0, 'the server cannot be reached');
  }
  return read<T>(response);
}

async function read<T>(response: Response): Promise<T> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!response.ok) {
    if (type.startsWith('application/problem+json')) {
      const problem = await parse<ProblemBody>(response);
      throw ApiError.of(problem);
    }
    throw new ApiError('unreadable', response.status, `answer ${response.status} without a problem`);
  }
  if (response.status === 204) return undefined as T;
  if (!type.startsWith('application/json')) throw new ApiError('unreadable', response.status, `answer of type ${type || 'none'}`);
  return parse<T>(response);
}

async function parse<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError('unreadable', response.status, 'answer that is no JSON');
  }
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, options: Pick<Options, 'keepalive' | 'query' | 'raw'> = {}) => request<T>('POST', path, { body, ...options }),
  put: <T>(path: string, body: unknown, options: Pick<Options, 'keepalive'> = {}) => request<T>('PUT', path, { body, ...options }),
  patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, { body }),
  delete: <T>(path: string) => request<T>('DELETE', path),
};
