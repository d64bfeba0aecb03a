/** The door for servers: the whole language, how it came to an answer, rules for any context, and what guards are made of. */
export { readDocuments, rulesEvaluator, unitHashes, unitKeyOf, valueFlag, writeDocuments } from '@tidegate/evaluation';
export { explainWith } from './client/explain-with.ts';
export { createFedClient, type FedClient } from './client/fed-client.ts';
export { createListeners } from './client/listeners.ts';
export { isPromiseLike, runBranch } from './client/run-branch.ts';
export { unitPathsOfText } from './rules/unit-paths-of-text.ts';
export { BREAKER_ANSWER, OVERRIDE_ANSWER } from './wire/protocol-values.ts';
