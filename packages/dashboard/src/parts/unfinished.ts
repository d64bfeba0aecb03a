import { createContext, useContext, useEffect, useId, useState } from 'react';

/** Told by each field whether what is typed in it is nothing yet that can be taken over. */
type Report = (field: string, isUnfinished: boolean) => void;

const UnfinishedContext = createContext<Report>(() => undefined);

export const UnfinishedFields = UnfinishedContext.Provider;

/** For a form: how many of its fields hold what is not finished, so that it is neither lost nor left out unsaid. */
export function useUnfinished(): { readonly count: number; readonly report: Report } {
  const [fields, setFields] = useState<ReadonlySet<string>>(new Set());
  const [report] = useState<Report>(() => (field: string, isUnfinished: boolean) => {
    setFields((now) => {
      if (now.has(field) === isUnfinished) return now;
      const next = new Set(now);
      if (isUnfinished) next.add(field);
      else next.delete(field);
      return next;
    });
  });
  return { count: fields.size, report };
}

/** For a field: says so to its form, until it is finished or gone. */
export function useReportUnfinished(isUnfinished: boolean): void {
  const field = useId();
  const report = useContext(UnfinishedContext);
  useEffect(() => {
    report(field, isUnfinished);
    return () => report(field, false);
  }, [field, isUnfinished, report]);
}
