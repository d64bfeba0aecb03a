import type { Branches } from './client-api.ts';

/** Runs one of two branches; `end` learns how it went when it has ended: for a promise, when that is settled. */
export function runBranch<T>(
  branches: Branches<T>,
  chosen: { readonly treatment: boolean; readonly end: (result: { readonly failed: boolean }) => void },
): T {
  const { treatment, end } = chosen;
  let result: T;
  try {
    result = treatment ? branches.treatment() : branches.control();
  } catch (error) {
    end({ failed: true });
    throw error;
  }
  if (isPromiseLike(result)) {
    const settled = result.then(
      (value) => {
        end({ failed: false });
        return value;
      },
      (error: unknown) => {
        end({ failed: true });
        throw error;
      },
    );
    // T is a promise of what `result` is a promise of: the same values and rejections go on.
    return settled as T;
  }
  end({ failed: false });
  return result;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
