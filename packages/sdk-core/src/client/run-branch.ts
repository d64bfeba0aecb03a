import type { Branches } from './client-api.ts';

/** Runs one of two branches; `end` learns how it went when it has ended: for a promise, when that is settled. */
export function runBranch<T>(
  branches: Branches<T>,
  chosen: { readonly treatment: boolean; readonly end: (result: { readonly failed: boolean }) => void },
): T {
  const succeed = <V>(value: V): V => {
    chosen.end({ failed: false });
    return value;
  };
  const fail = (error: unknown): never => {
    chosen.end({ failed: true });
    throw error;
  };
  let result: T;
  try {
    result = chosen.treatment ? branches.treatment() : branches.control();
  } catch (error) {
    return fail(error);
  }
  // T is a promise of what `result` is a promise of: the same values and rejections go on.
  return isPromiseLike(result) ? (result.then(succeed, fail) as T) : succeed(result);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
