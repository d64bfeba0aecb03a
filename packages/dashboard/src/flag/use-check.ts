import { useQuery } from '@tanstack/react-query';
import type { JsonValue } from '@tidegate/evaluation';
import { useEffect, useState } from 'react';
import { RefusedError } from '../api/api.ts';
import { usePlace } from '../api/place.ts';

/** After the last key press: whoever types is not interrupted by what a half-written word would be. */
const REST_MS = 400;

export interface Checked {
  /** What the server would refuse the change with; undefined while it is not known, or for nothing. */
  readonly problem: RefusedError | undefined;
}

/** Asks the server, once one rests, whether it would save the change. `patch` is undefined while there is nothing to ask. */
export function useCheck(flagKey: string, patch: { readonly [name: string]: JsonValue } | undefined): Checked {
  const { api, base, environment } = usePlace();
  const text = patch === undefined ? undefined : JSON.stringify(patch);
  const [rested, setRested] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isRested = text !== undefined && rested === text;
  const check = useQuery({
    queryKey: [environment, 'check', flagKey, text],
    queryFn: async () => {
      try {
        await api.send('POST', `${base}/flags/${encodeURIComponent(flagKey)}/check`, { body: patch });
        return null;
      } catch (error) {
        // A refusal is what was asked for. Whoever may not change the flag is told so when they save.
        if (error instanceof RefusedError) return error.status === 403 ? null : error;
        throw error;
      }
    },
    enabled: isRested,
    gcTime: 0,
  });
  return { problem: isRested ? (check.data ?? undefined) : undefined };
}
