import { type Context, compile, evaluate, evaluateAll, type RulesDocuments, readDocuments } from '@tidegate/evaluation';
import type { Contestant } from '../contestant.ts';
import type { Person } from '../flag-spec.ts';
import { documentsOf } from './documents.ts';

/** What both of our SDKs ask. */
export const tidegateEvaluation: Contestant = {
  write: (spec) => JSON.stringify(documentsOf(spec)),
  load: async (text) => {
    // What `write` wrote.
    const rules = compile(readDocuments(text) as RulesDocuments);
    return {
      asking: (flagKey, _kind, people) => {
        const contexts = people.map(contextOf);
        return (index) => evaluate(rules, flagKey, contexts[index] ?? {}).value;
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return (index) => evaluateAll(rules, contexts[index] ?? {});
      },
    };
  },
};

export function contextOf({ key, email, country, appVersion, age }: Person): Context {
  return { targetingKey: key, email, country, appVersion, age };
}
