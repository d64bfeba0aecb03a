/** The door for what a page loads on demand: the words that rules rarely speak. */
export { ALL_WORDS } from '@tidegate/evaluation/words';
