import type { DocumentView, TidegateApi } from '../api/tidegate-api.ts';
import type { Plan, Step } from './plan.ts';

/** How far a plan was carried out. */
export interface Application {
  readonly done: readonly DoneStep[];
  /** Where it ended before its end; nothing after it was tried. */
  readonly stopped?: { readonly step: Step; readonly error: unknown };
}

export interface DoneStep {
  readonly step: Step;
  /** That the write has made. */
  readonly revision: number;
}

/**
 * Writes step after step, each against the revision that the plan was made from. The first that fails is the last that is
 * tried: what was written stays, and a new plan has only the rest in it.
 */
export async function applyPlan(
  api: TidegateApi,
  { steps }: Plan,
  options: { readonly reason: string; onDone(step: DoneStep): void },
): Promise<Application> {
  const done: DoneStep[] = [];
  /** By kind and key: the revision that the last of our own writes has made. */
  const written = new Map<string, number>();
  for (const step of steps) {
    const name = `${step.kind} ${step.key}`;
    try {
      const { revision } = await write(api, step, { reason: options.reason, written: written.get(name) });
      written.set(name, revision);
      done.push({ step, revision });
      options.onDone({ step, revision });
    } catch (error) {
      return { done, stopped: { step, error } };
    }
  }
  return { done };
}

function write(
  api: TidegateApi,
  step: Step,
  { reason, written }: { readonly reason: string; readonly written: number | undefined },
): Promise<DocumentView> {
  const { kind, key } = step;
  switch (step.action) {
    case 'create':
      return api.createDocument(kind, step.document, reason);
    case 'restore':
      // The change before the one that archived it, which made its revision.
      return api.restoreDocument(
        { kind, key, revision: step.revision },
        { to: step.revision - 1, patch: step.patch, reason },
      );
    case 'update': {
      const revision = written ?? step.revision;
      if (revision === null) throw new Error(`${kind} ${key}: nothing was written before this step`);
      return api.patchDocument({ kind, key, revision }, step.patch, reason);
    }
    case 'archive':
      return api.archiveDocument({ kind, key, revision: written ?? step.revision }, reason);
    default:
      throw step satisfies never;
  }
}
