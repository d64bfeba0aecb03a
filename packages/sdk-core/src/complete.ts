/** The door for servers: the whole language, how it came to an answer, and rules for any context. */
export { COMPLETE_LANGUAGE, explain } from '@tidegate/evaluation';
export { FedClient } from './client/fed-client.ts';
export { affectedFlags } from './rules/affected-flags.ts';
