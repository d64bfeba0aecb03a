/** The door for servers: the whole language, and how it came to an answer. */
export { COMPLETE_LANGUAGE, explain } from '@tidegate/evaluation';
