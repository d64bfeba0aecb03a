/** The door for servers: the whole language, how it came to an answer, and rules for any context. */
export { rulesEvaluator, unitHashes } from '@tidegate/evaluation';
export { explainWith } from './client/explain-with.ts';
export { createFedClient, type FedClient } from './client/fed-client.ts';
export { affectedFlags } from './rules/affected-flags.ts';
