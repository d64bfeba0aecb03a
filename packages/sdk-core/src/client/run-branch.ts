/** Runs a branch; `end` learns how it went when it has ended: for a promise, when that is settled. */
export function runBranch<T>(branch: () => T, end: (result: { readonly failed: boolean }) => void): T {
  const succeed = <V>(value: V): V => {
    end({ failed: false });
    return value;
  };
  const fail = (error: unknown): never => {
    end({ failed: true });
    throw error;
  };
  try {
    const result = branch();
    // T is a promise of what `result` is a promise of: the same values and rejections go on.
    return isPromiseLike(result) ? (result.then(succeed, fail) as T) : succeed(result);
  } catch (error) {
    return fail(error);
  }
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  // Whatever it is, only a promise has a `then` that can be called.
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
