// `npm run demo`: install, build, and show a healthy flag climb and a harmful one die.
import { runChild } from './run-child.mjs';
import { build, install } from './set-up.mjs';

install();
build();
runChild('examples/demo-shop/dist/demo.js', process.argv.slice(2));
