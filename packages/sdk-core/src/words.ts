/** The door for what a page loads on demand: an evaluator that knows every word of the language. */
export { rulesEvaluator } from '@tidegate/evaluation';
