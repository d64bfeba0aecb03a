// `npm start`: install, build, and run the server until Ctrl-C.
import { runChild } from './run-child.mjs';
import { build, install } from './set-up.mjs';

install();
build();
runChild('packages/server/bin/tidegate-server.mjs');
