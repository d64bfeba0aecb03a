import { runCli } from './run-cli.ts';
import { systemIo } from './system-io.ts';

// `tidegate flags list | head` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), systemIo());
